//! `map` against plain loops.

mod support;

use capas_elementwise::{Map, Tier};
use capas_runtime::Reader;
use capas_runtime::codes::*;
use support::*;

fn map(words: &[i32], tier: Tier) -> Map {
    let mut reader = Reader::new(words);
    let map = Map::decode_for(&mut reader, tier).expect("a valid instruction");
    assert!(reader.is_at_end());
    map
}

/// Adam of a flat vector: slots g, m, v, w, learning rate; m, v and w in place.
fn adam(n: usize) -> Vec<i32> {
    let k = FN_CONSTANT;
    [
        vec![1, n as i32, 5, 0, F, 1, 1, F, 1, 2, F, 1, 3, F, 1, 4, F, 0],
        vec![3, 1, F, 8, 2, F, 9, 3, F, 10, 12, 15],
        vec![k, F, 5, bits(0.1), 0, 0, k, F, 6, bits(0.001), 0, 0, k, F, 7, bits(1e-7), 0, 0],
        vec![FN_SUB, F, 11, 0, 1, 0, FN_MUL, F, 11, 11, 5, 0, FN_ADD, F, 8, 1, 11, 0],
        vec![FN_MUL, F, 11, 0, 0, 0, FN_SUB, F, 11, 11, 2, 0, FN_MUL, F, 11, 11, 6, 0, FN_ADD, F, 9, 2, 11, 0],
        vec![FN_MUL, F, 10, 8, 4, 0, FN_SQRT, F, 11, 9, 0, 0, FN_ADD, F, 11, 11, 7, 0, FN_DIV, F, 10, 10, 11, 0],
        vec![FN_SUB, F, 10, 3, 10, 0],
    ]
    .concat()
}

#[test]
fn adam_in_place_is_the_loop_bit_by_bit() {
    for tier in Tier::available() {
        for (n, threads) in [(1, 1), (17, 1), (5000, 1), (5000, 2), (100_003, 3)] {
            let [g, m, w] = [1, 2, 3].map(|seed| random(n, seed));
            let v: Vec<f32> = random(n, 4).iter().map(|x| x.abs()).collect();
            let mut buffers = [g.clone(), m.clone(), v.clone(), w.clone(), vec![0.01]].map(Buffer::Floats);
            run(&map(&adam(n), tier), &mut buffers, threads);
            for i in 0..n {
                let m = m[i] + (g[i] - m[i]) * 0.1;
                let v = v[i] + (g[i] * g[i] - v[i]) * 0.001;
                let w = w[i] - m * 0.01 / (v.sqrt() + 1e-7);
                let received = [1, 2, 3].map(|slot| buffers[slot].floats()[i]);
                assert_eq!(received, [m, v, w], "{tier:?}, element {i} of {n}");
            }
        }
    }
}

#[test]
fn what_is_written_past_the_caches_has_the_same_bits() {
    // the third output lies over the first input, and cannot be
    let words = |n: usize| {
        [
            vec![1, n as i32, 2, 0, F, 1, 1, F, 1, 3, 2, F, 2, 3, F, 3, 0, F, 4, 5, 3],
            vec![FN_ADD, F, 2, 0, 1, 0, FN_EXP, F, 3, 0, 0, 0, FN_MUL, F, 4, 2, 3, 0],
        ]
        .concat()
    };
    for tier in Tier::available() {
        for (n, threads) in [(1, 1), (70, 1), (5003, 2), (100_000, 3)] {
            let [mut buffers, mut streamed] =
                [(); 2].map(|()| [random(n, 1), random(n, 2), vec![0.0; n], vec![0.0; n]].map(Buffer::Floats));
            run(&map(&words(n), tier), &mut buffers, threads);
            run(&map(&words(n), tier).streaming(), &mut streamed, threads);
            for slot in [0, 2, 3] {
                assert_eq!(buffers[slot].floats(), streamed[slot].floats(), "{tier:?}, slot {slot} of {n}");
            }
        }
    }
}

#[test]
fn inputs_of_all_layouts_broadcast() {
    // y[i, j, k] = a[i, j, k] + b[k] + c[i, 1, 1] + d[] + e[i, k] + f[k, j, i]
    for (dims, threads) in [([3, 5, 7], 1), ([4, 1, 300], 2), ([2, 2100, 3], 3), ([40, 10, 1], 1), ([1, 1, 1], 1)] {
        let [p, q, r] = dims;
        let n = p * q * r;
        let sizes = [n, r, p, 1, p * r, n];
        let data: Vec<Vec<f32>> = sizes.iter().enumerate().map(|(i, size)| random(*size, i as u64)).collect();
        let strides = [[q * r, r, 1], [0, 0, 1], [1, 0, 0], [0, 0, 0], [r, 0, 1], [1, p, p * q]];
        let mut words = vec![3, p as i32, q as i32, r as i32, 6];
        for (slot, strides) in strides.iter().enumerate() {
            words.extend([slot as i32, F]);
            words.extend(strides.map(|stride| stride as i32));
        }
        words.extend([1, 6, F, 6, 7, 5, FN_ADD, F, 6, 0, 1, 0]);
        for input in 2..6 {
            words.extend([FN_ADD, F, 6, 6, input, 0]);
        }
        for tier in Tier::available() {
            let mut buffers: Vec<Buffer> = data.iter().cloned().map(Buffer::Floats).collect();
            buffers.push(Buffer::Floats(vec![f32::NAN; n]));
            run(&map(&words, tier), &mut buffers, threads);
            for (at, y) in buffers[6].floats().iter().enumerate() {
                let index = [at / (q * r), at / r % q, at % r];
                let place = |input: usize| (0..3).map(|axis| index[axis] * strides[input][axis]).sum::<usize>();
                let terms: Vec<f32> = (0..6).map(|input| data[input][place(input)]).collect();
                let sum = terms[1..].iter().fold(terms[0], |sum, term| sum + term);
                assert_eq!(*y, sum, "{tier:?}, {dims:?}, {index:?}");
            }
        }
    }
}

#[test]
fn bytes_are_widened_and_narrowed() {
    // uint8 / 255 over [60, 20], a bool row of 20; outputs: bool and float32 from one value, uint8 from an input
    let (rows, cols) = (60, 20);
    let pixels: Vec<u8> = (0..rows * cols).map(|i| (i * 7 % 256) as u8).collect();
    let mask: Vec<u8> = (0..cols).map(|i| (i % 3 == 0) as u8).collect();
    let words = [
        vec![2, rows as i32, cols as i32, 2, 0, U, cols as i32, 1, 1, B, 0, 1],
        vec![4, 2, F, 3, 3, B, 1, 4, U, 0, 5, F, 3, 5, 5],
        vec![FN_CONSTANT, F, 4, bits(255.0), 0, 0, FN_F32, U, 2, 0, 0, 0, FN_DIV, F, 2, 2, 4, 0],
        vec![FN_F32, B, 3, 1, 0, 0, FN_MUL, F, 3, 3, 2, 0],
    ]
    .concat();
    for tier in Tier::available() {
        let n = rows * cols;
        let outputs = [Buffer::Floats(vec![9.0; n]), Buffer::Bytes(vec![9; n]), Buffer::Bytes(vec![9; n])];
        let mut buffers = vec![Buffer::Bytes(pixels.clone()), Buffer::Bytes(mask.clone())];
        buffers.extend(outputs);
        buffers.push(Buffer::Floats(vec![9.0; n]));
        run(&map(&words, tier), &mut buffers, 2);
        let expected: Vec<f32> = (0..n).map(|i| f32::from(pixels[i]) / 255.0 * f32::from(mask[i % cols])).collect();
        assert_eq!(buffers[2].floats(), expected);
        assert_eq!(buffers[5].floats(), expected);
        assert_eq!(buffers[3].bits(), (0..n).map(|i| u32::from(mask[i % cols])).collect::<Vec<_>>());
        assert_eq!(buffers[4], buffers[0]);
    }
}

#[test]
fn an_input_stays_as_it_is_when_its_register_is_reused() {
    // steps may overwrite the registers of inputs, not their memory; here the output is the other input's memory
    let words = [1, 900, 2, 0, F, 1, 1, F, 1, 1, 1, F, 0, 2, 2, FN_ADD, F, 0, 0, 1, 0, FN_MUL, F, 0, 0, 1, 0];
    let (a, b) = (random(900, 1), random(900, 2));
    let mut buffers = [Buffer::Floats(a.clone()), Buffer::Floats(b.clone())];
    run(&map(&words, Tier::best()), &mut buffers, 2);
    assert_eq!(buffers[0].floats(), a);
    let expected: Vec<f32> = a.iter().zip(&b).map(|(a, b)| (a + b) * b).collect();
    assert_eq!(buffers[1].floats(), expected);
}

#[test]
fn two_slots_may_be_one_memory() {
    let words = [1, 5000, 1, 0, F, 1, 1, 1, F, 1, 2, 2, FN_SQUARE, F, 1, 0, 0, 0, FN_ADD, F, 1, 1, 0, 0];
    let x = random(5000, 1);
    let mut buffers = [Buffer::Floats(x.clone())];
    run_at(&map(&words, Tier::best()), &mut buffers, &[0, 0], 2);
    assert_eq!(buffers[0].floats(), x.iter().map(|x| x * x + x).collect::<Vec<f32>>());
}

#[test]
fn results_may_lie_where_any_argument_lies() {
    let n = 3000;
    let words = |steps: &[i32], count: i32| {
        let inputs = [0, 1, 2].map(|slot| [slot, F, 1]).concat();
        [&[1, n as i32, 3][..], &inputs, &[1, 3, F, 4, 5, count], steps].concat()
    };
    type Case<'a> = (&'a [i32], i32, fn(f32, f32, f32) -> f32);
    let cases: [Case; 6] = [
        (&[FN_ADD, F, 4, 0, 1, 0, FN_RELU, F, 4, 4, 0, 0], 2, |a, b, _| (a + b).max(0.0)),
        (&[FN_STEP, F, 4, 1, 2, 0, FN_MUL, F, 4, 0, 4, 0], 2, |a, b, c| a * if b > 0.0 { 1.0 } else { c }),
        (&[FN_MUL, F, 4, 1, 2, 0, FN_SUB, F, 4, 0, 4, 0], 2, |a, b, c| a - b * c),
        (&[FN_SUB, F, 4, 0, 1, 0], 1, |a, b, _| a - b),
        (&[FN_CLIP, F, 4, 0, 1, 2], 1, |a, b, c| {
            if a > c {
                c
            } else if a < b {
                b
            } else {
                a
            }
        }),
        (&[FN_ADD, F, 4, 0, 0, 0, FN_RELU, F, 4, 4, 0, 0, FN_MAX, F, 4, 4, 0, 0], 3, |a, _, _| (a + a).max(0.0).max(a)),
    ];
    let data = [1, 2, 3].map(|seed| random(n, seed));
    for (steps, count, of) in cases {
        for tier in Tier::available() {
            for place in 0..4 {
                let mut buffers: Vec<Buffer> = data.iter().cloned().map(Buffer::Floats).collect();
                buffers.push(Buffer::Floats(vec![0.0; n]));
                run_at(&map(&words(steps, count), tier), &mut buffers, &[0, 1, 2, place], 2);
                let expected: Vec<f32> = (0..n).map(|i| of(data[0][i], data[1][i], data[2][i])).collect();
                assert_eq!(buffers[place].floats(), expected, "{tier:?}, in place of {place}");
            }
        }
    }
}

#[test]
fn malformed_code_is_refused() {
    let decode = |code: &[i32]| Map::decode(&mut Reader::new(&[&[1, 4, 1, 0, F, 1, 1, 1, F, 1], code].concat()));
    assert!(decode(&[2, 1, FN_NEG, F, 1, 0, 0, 0]).is_ok());
    let cases: [(&[i32], &str); 6] = [
        (&[2, 1, 999, F, 1, 0, 0, 0], "unknown function 999"),
        (&[2, 1, FN_NEG, U, 1, 0, 0, 0], "does not take dtype 3"),
        (&[2, 1, FN_NEG, F, 1, 7, 0, 0], "register 7 of 2"),
        (&[2, 1, FN_ADD, F, 1, 0, -1, 0], "register"),
        (&[3, 1, FN_NEG, F, 1, 2, 0, 0], "read before it is written"),
        (&[2, 1, FN_NEG, F], "ends too early"),
    ];
    for (code, message) in cases {
        let error = decode(code).err().expect("a refusal").to_string();
        assert!(error.contains(message), "{error}");
    }
}
