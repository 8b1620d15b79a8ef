//! Products of matrices against loops in float64.

use crate::common::{assert_close, assert_same_bits, random, run, run_by_rows, run_op};
use capas_linear::{Dot, Pack, Tier};
use capas_runtime::codes::{ORDER_PANELS, ORDER_ROWS};
use capas_runtime::{Reader, Slots};

#[derive(Clone)]
struct Case {
    batch: Vec<usize>,
    size: (usize, usize, usize),
    transpose_a: bool,
    transpose_b: bool,
    strides_a: Vec<usize>,
    strides_b: Vec<usize>,
}

impl Case {
    fn of(m: usize, n: usize, k: usize) -> Self {
        Self {
            batch: vec![],
            size: (m, n, k),
            transpose_a: false,
            transpose_b: false,
            strides_a: vec![],
            strides_b: vec![],
        }
    }

    fn words(&self) -> Vec<i32> {
        let (m, n, k) = self.size;
        let mut words = vec![self.batch.len()];
        words.extend(&self.batch);
        words.extend([m, n, k, self.transpose_a.into(), self.transpose_b.into()]);
        words.push(0);
        words.extend(&self.strides_a);
        words.push(1);
        words.extend(&self.strides_b);
        words.extend([2, 0, 0, 0, 0]);
        words.into_iter().map(|word| word as i32).collect()
    }

    fn starts(&self) -> Vec<(usize, usize)> {
        let mut starts = vec![(0, 0)];
        for (axis, &dim) in self.batch.iter().enumerate() {
            let (p, q) = (self.strides_a[axis], self.strides_b[axis]);
            starts = starts.iter().flat_map(|&(a, b)| (0..dim).map(move |i| (a + i * p, b + i * q))).collect();
        }
        starts
    }

    fn inputs(&self) -> (Vec<f32>, Vec<f32>) {
        let (m, n, k) = self.size;
        let starts = self.starts();
        let (a, b) = starts.iter().fold((0, 0), |(a, b), &(p, q)| (a.max(p + m * k), b.max(q + k * n)));
        (random(a, 1), random(b, 2))
    }

    /// The products, and the sums of absolute values, which bound their errors.
    fn expected(&self, a: &[f32], b: &[f32]) -> (Vec<f64>, Vec<f64>) {
        let (m, n, k) = self.size;
        let (mut sums, mut sizes) = (vec![], vec![]);
        for (p, q) in self.starts() {
            for i in 0..m {
                for j in 0..n {
                    let products = (0..k).map(|l| {
                        let x = a[p + if self.transpose_a { l * m + i } else { i * k + l }];
                        let y = b[q + if self.transpose_b { j * k + l } else { l * n + j }];
                        f64::from(x) * f64::from(y)
                    });
                    sums.push(products.clone().sum());
                    sizes.push(products.map(f64::abs).sum());
                }
            }
        }
        (sums, sizes)
    }

    fn run(&self, tier: Tier, threads: usize, a: &[f32], b: &[f32]) -> Vec<f32> {
        let (m, n, _) = self.size;
        let size = self.batch.iter().product::<usize>() * m * n;
        run(&self.words(), |reader| Dot::decode_for(reader, tier), &[a, b], size, threads)
    }

    fn check(&self) {
        let (a, b) = self.inputs();
        let (sums, sizes) = self.expected(&a, &b);
        for &tier in Tier::available() {
            let result = self.run(tier, 1, &a, &b);
            assert_close(&result, &sums, &sizes, &format!("{:?} {tier:?}", self.size));
            for threads in 2..=4 {
                assert_same_bits(&self.run(tier, threads, &a, &b), &result);
            }
        }
    }
}

#[test]
fn multiplies_matrices_of_any_size() {
    let sizes =
        [(1, 1, 1), (7, 33, 7), (33, 1, 33), (1, 100, 50), (14, 32, 16), (15, 31, 17), (32, 128, 784), (29, 65, 700)];
    for (m, n, k) in sizes {
        for flags in 0..4 {
            Case { transpose_a: flags & 1 == 1, transpose_b: flags & 2 == 2, ..Case::of(m, n, k) }.check();
        }
    }
}

#[test]
fn some_rows_have_the_bits_that_they_have_among_all() {
    // of the last one both operands are packed
    for (rows, m, n, k) in [(5, 5, 33, 7), (32, 64, 70, 330), (9, 9, 300, 600), (64, 128, 256, 512)] {
        let case = Case::of(m, n, k);
        let (a, b) = case.inputs();
        let epilogue = crate::common::epilogue_words(n);
        let words = [&case.words()[..case.words().len() - 4], &epilogue].concat();
        let (mut bias, mut residual) = (random(n, 3), random(m * n, 4));
        for &tier in Tier::available() {
            let op = Dot::decode_for(&mut Reader::new(&words), tier).expect("the words of a product");
            let mut result = |run: &dyn Fn(&Dot, &Slots)| {
                let mut out = vec![f32::NAN; m * n];
                let inputs = [a.as_ptr().cast_mut(), b.as_ptr().cast_mut()];
                let addresses = inputs.into_iter().chain([out.as_mut_ptr(), bias.as_mut_ptr(), residual.as_mut_ptr()]);
                run(&op, &Slots { addresses: addresses.map(|address| address.cast()).collect() });
                out
            };
            let expected = result(&|op, slots| run_op(op, slots, 1));
            for parts in 1..=4 {
                assert_same_bits(&result(&|op, slots| run_by_rows(op, slots, rows, parts)), &expected);
            }
        }
    }
}

#[test]
fn a_matrix_that_was_packed_before_gives_the_same_bits() {
    for (m, n, k) in [(1, 1, 1), (7, 33, 7), (32, 70, 330), (3, 16, 5)] {
        for transpose_b in [false, true] {
            let case = Case { transpose_b, ..Case::of(m, n, k) };
            let (a, b) = case.inputs();
            let [order, panels] = [ORDER_ROWS + i32::from(transpose_b), ORDER_PANELS];
            let mut words = case.words();
            words[5] = panels;
            for &tier in Tier::available() {
                for threads in 1..=3 {
                    let pack = [k as i32, n as i32, order, 1, 2];
                    let size = n.next_multiple_of(64) * k;
                    let packed = run(&pack, |reader| Pack::decode_for(reader, tier), &[&a, &b], size, threads);
                    let result = run(&words, |reader| Dot::decode_for(reader, tier), &[&a, &packed], m * n, threads);
                    assert_same_bits(&result, &case.run(tier, 1, &a, &b));
                }
            }
        }
    }
}

#[test]
fn multiplies_what_it_packs() {
    for flags in 0..4 {
        Case { transpose_a: flags & 1 == 1, transpose_b: flags & 2 == 2, ..Case::of(131, 263, 517) }.check();
    }
}

#[test]
fn empty_matrices_have_empty_or_zero_products() {
    Case::of(0, 5, 3).check();
    Case::of(5, 0, 3).check();
    Case::of(20, 40, 0).check();
}

#[test]
fn batches_are_repeated_where_their_strides_are_zero() {
    let (m, n, k) = (5, 18, 9);
    for batch in [[1, 1], [2, 1], [3, 3], [0, 2], [5, 4]] {
        for flags in 0..4 {
            let case = Case {
                batch: batch.to_vec(),
                transpose_a: flags & 1 == 1,
                transpose_b: flags & 2 == 2,
                strides_a: vec![0, m * k],
                strides_b: vec![k * n, 0],
                ..Case::of(m, n, k)
            };
            case.check();
        }
    }
}

#[test]
fn nan_and_infinity_stay_in_their_rows() {
    let case = Case::of(20, 40, 30);
    let (mut a, b) = case.inputs();
    a[3 * 30 + 7] = f32::NAN;
    a[11 * 30 + 29] = f32::INFINITY;
    for &tier in Tier::available() {
        let result = case.run(tier, 2, &a, &b);
        for (i, row) in result.chunks(40).enumerate() {
            match i {
                3 => assert!(row.iter().all(|x| x.is_nan())),
                11 => assert!(row.iter().zip(&b[29 * 40..]).all(|(x, y)| *x == f32::INFINITY * y)),
                _ => assert!(row.iter().all(|x| x.is_finite())),
            }
        }
    }
}

#[test]
fn a_stream_that_ends_early_is_an_error() {
    let words = Case::of(2, 3, 4).words();
    for length in 0..words.len() {
        assert!(Dot::decode(&mut capas_runtime::Reader::new(&words[..length])).is_err());
    }
}
