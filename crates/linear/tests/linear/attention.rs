//! Attention and its gradient against loops in float64.

use crate::common::{assert_close, assert_same_bits, random, run_op};
use capas_linear::{Attention, AttentionGrad, Tier};
use capas_runtime::codes::{DTYPE_FLOAT32, FN_ADD, FN_MUL};
use capas_runtime::{Op, Reader, Slots};

#[derive(Debug, Clone, Copy)]
struct Case {
    batch: usize,
    heads: usize,
    queries: usize,
    keys: usize,
    dim: usize,
    value_dim: usize,
}

/// How the elements of a bias move along batch, heads, queries and keys.
type Strides = [usize; 4];

impl Case {
    /// The elements of q, k, v, the output and a bias.
    fn sizes(&self) -> [usize; 5] {
        let (queries, keys) = (self.batch * self.queries * self.heads, self.batch * self.keys * self.heads);
        let output = queries * self.value_dim;
        [queries * self.dim, keys * self.dim, keys * self.value_dim, output, queries * self.keys]
    }

    fn inputs(&self) -> [Vec<f32>; 5] {
        let mut seed = 0;
        self.sizes().map(|size| {
            seed += 1;
            random(size, seed)
        })
    }

    fn head(&self) -> Vec<i32> {
        [self.batch, self.heads, self.queries, self.keys, self.dim, self.value_dim, 0, 1, 2].map(|x| x as i32).to_vec()
    }

    /// Slots: q, k, v, out, bias. Scores become `score + bias`.
    fn attention(&self, bias: Strides) -> Vec<i32> {
        [
            self.head(),
            vec![3, 1, 4, DTYPE_FLOAT32],
            bias.map(|x| x as i32).to_vec(),
            vec![2, 3, 1, FN_ADD, 0, 2, 0, 1, 0],
        ]
        .concat()
    }

    /// Slots: q, k, v, dy, bias, dq, dk, dv. The slope is multiplied by the bias.
    fn gradient(&self, bias: Strides) -> Vec<i32> {
        let code = |function| {
            [vec![1, 4, DTYPE_FLOAT32], bias.map(|x| x as i32).to_vec(), vec![2, 3, 1, function, 0, 2, 0, 1, 0]]
                .concat()
        };
        [self.head(), vec![3, 5, 6, 7], code(FN_ADD), code(FN_MUL)].concat()
    }

    /// Output, dq, dk and dv; of each the sums, and the sums of absolute values, which bound their errors.
    fn expected(&self, [q, k, v, dy, bias]: &[Vec<f32>; 5], strides: Strides) -> [[Vec<f64>; 2]; 4] {
        let &Case { batch, heads, queries, keys, dim, value_dim } = self;
        let [q_size, k_size, v_size, y_size, _] = self.sizes();
        let mut results = [y_size, q_size, k_size, v_size].map(|size| [vec![0.0; size], vec![0.0; size]]);
        let add = |[sums, sizes]: &mut [Vec<f64>; 2], at: usize, term: f64, size: f64| {
            sums[at] += term;
            sizes[at] += size.abs();
        };
        let [y, dq, dk, dv] = &mut results;
        for (b, h) in (0..batch).flat_map(|b| (0..heads).map(move |h| (b, h))) {
            let at = |length: usize, row: usize, dim: usize, i: usize| ((b * length + row) * heads + h) * dim + i;
            for row in 0..queries {
                let bias = |key: usize| {
                    let place = b * strides[0] + h * strides[1] + row * strides[2] + key * strides[3];
                    f64::from(bias[place])
                };
                // an error of a score is one of its weight, as a share of it
                let doubt = |key: usize| {
                    let terms =
                        (0..dim).map(|i| f64::from(q[at(queries, row, dim, i)] * k[at(keys, key, dim, i)]).abs());
                    1.0 + terms.sum::<f64>()
                };
                let product = |key: usize| {
                    let terms =
                        (0..dim).map(|i| f64::from(q[at(queries, row, dim, i)]) * f64::from(k[at(keys, key, dim, i)]));
                    terms.sum::<f64>()
                };
                let exponentials: Vec<f64> = (0..keys).map(|key| (product(key) + bias(key)).exp()).collect();
                let sum: f64 = exponentials.iter().sum();
                let p: Vec<f64> = exponentials.iter().map(|e| e / sum).collect();
                let slope = |i: usize| f64::from(dy[at(queries, row, value_dim, i)]);
                let dps =
                    |key: usize| (0..value_dim).map(move |i| slope(i) * f64::from(v[at(keys, key, value_dim, i)]));
                let dp: Vec<f64> = (0..keys).map(|key| dps(key).sum()).collect();
                let dp_sizes: Vec<f64> = (0..keys).map(|key| dps(key).map(f64::abs).sum()).collect();
                let mean_of = |dp: &[f64]| p.iter().zip(dp).map(|(p, dp)| p * dp).sum::<f64>();
                let (mean, mean_size) = (mean_of(&dp), mean_of(&dp_sizes));
                for key in 0..keys {
                    for i in 0..value_dim {
                        let value = p[key] * f64::from(v[at(keys, key, value_dim, i)]);
                        add(y, at(queries, row, value_dim, i), value, value * doubt(key));
                        add(dv, at(keys, key, value_dim, i), p[key] * slope(i), p[key] * slope(i) * doubt(key));
                    }
                    let ds = p[key] * (dp[key] - mean) * bias(key);
                    let size = p[key] * (dp_sizes[key] + mean_size) * bias(key) * doubt(key);
                    for i in 0..dim {
                        let (of_q, of_k) = (at(queries, row, dim, i), at(keys, key, dim, i));
                        add(dq, of_q, ds * f64::from(k[of_k]), size * f64::from(k[of_k]));
                        add(dk, of_k, ds * f64::from(q[of_q]), size * f64::from(q[of_q]));
                    }
                }
            }
        }
        results
    }
}

/// Runs an instruction on these inputs: what lies in the slots behind them.
fn run(op: &impl Op, inputs: &[&Vec<f32>], outputs: &[usize], place: usize, threads: usize) -> Vec<Vec<f32>> {
    // what is not written stays visible
    let mut results: Vec<Vec<f32>> = outputs.iter().map(|&size| vec![f32::from_bits(0x7fc0_1234); size]).collect();
    let mut addresses: Vec<*mut u8> = inputs.iter().map(|input| input.as_ptr().cast_mut().cast()).collect();
    addresses.splice(place..place, results.iter_mut().map(|result| result.as_mut_ptr().cast()));
    run_op(op, &Slots { addresses }, threads);
    results
}

const CASES: [Case; 5] = [
    Case { batch: 1, heads: 1, queries: 1, keys: 1, dim: 1, value_dim: 1 },
    Case { batch: 2, heads: 3, queries: 7, keys: 19, dim: 5, value_dim: 9 },
    // several blocks of queries
    Case { batch: 1, heads: 2, queries: 300, keys: 33, dim: 8, value_dim: 17 },
    // products that pack their operands, and keys that are added up in parts
    Case { batch: 1, heads: 1, queries: 140, keys: 700, dim: 40, value_dim: 260 },
    // a block has fewer queries
    Case { batch: 2, heads: 1, queries: 40, keys: 9000, dim: 2, value_dim: 3 },
];

#[test]
fn is_the_mean_of_values() {
    for case in CASES {
        let inputs = case.inputs();
        let [q, k, v, _, bias] = &inputs;
        let rows = [case.heads * case.queries * case.keys, case.queries * case.keys, case.keys, 1];
        for strides in [rows, [0, 0, 0, 1], [0, case.keys, 0, 1]] {
            let [[sums, sizes], ..] = case.expected(&inputs, strides);
            let words = case.attention(strides);
            for &tier in Tier::available() {
                let op = Attention::decode_for(&mut Reader::new(&words), tier).expect("words of attention");
                let outputs = |threads| run(&op, &[q, k, v, bias], &[case.sizes()[3]], 3, threads).remove(0);
                let alone = outputs(1);
                assert_close(&alone, &sums, &sizes, &format!("{case:?} {tier:?}"));
                (2..=4).for_each(|threads| assert_same_bits(&outputs(threads), &alone));
            }
        }
    }
}

#[test]
fn the_gradient_is_that_of_each_operand() {
    for case in CASES {
        let inputs = case.inputs();
        let [q, k, v, dy, bias] = &inputs;
        let strides = [case.heads * case.queries * case.keys, case.queries * case.keys, case.keys, 1];
        let [_, expected @ ..] = case.expected(&inputs, strides);
        let words = case.gradient(strides);
        let sizes = case.sizes();
        for &tier in Tier::available() {
            let op = AttentionGrad::decode_for(&mut Reader::new(&words), tier).expect("words of a gradient");
            let outputs = |threads| run(&op, &[q, k, v, dy, bias], &sizes[..3], 5, threads);
            let alone = outputs(1);
            for (alone, [sums, sizes]) in alone.iter().zip(&expected) {
                assert_close(alone, sums, sizes, &format!("{case:?} {tier:?}"));
            }
            for threads in 2..=4 {
                outputs(threads).iter().zip(&alone).for_each(|(actual, alone)| assert_same_bits(actual, alone));
            }
        }
    }
}
