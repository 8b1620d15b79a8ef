//! Instructions large enough that threads take tickets for their work: who does what is up to chance, the bits are not.

use crate::common::{assert_same_bits, random, run_with_delays};
use capas_linear::{Conv, ConvFilterGrad, ConvInputGrad, Dot};
use capas_runtime::{Op, Reader, Slots};

/// The output of an instruction on 1 thread, then on 2 to 4.
fn check(op: &impl Op, inputs: [usize; 2], output: usize) {
    let inputs = [random(inputs[0], 1), random(inputs[1], 2)];
    let run = |threads: usize| {
        let mut output = vec![f32::from_bits(0x7fc0_1234); output];
        let [a, b] = inputs.each_ref().map(|input| input.as_ptr().cast_mut().cast());
        run_with_delays(op, &Slots { addresses: vec![a, b, output.as_mut_ptr().cast()] }, threads);
        output
    };
    let expected = run(1);
    assert!(expected.iter().all(|x| x.is_finite()));
    (2..=4).for_each(|threads| assert_same_bits(&run(threads), &expected));
}

#[test]
fn products() {
    // one, with packed operands and without, and several that all threads work on, or that each has some of
    for (batch, m, n, k) in [(1, 150, 300, 520), (1, 200, 64, 500), (3, 100, 100, 700), (20, 100, 64, 70)] {
        let words = [1, batch, m, n, k, 0, 0, 0, m * k, 1, k * n, 2, 0, 0, 0, 0].map(|word| word as i32);
        let op = Dot::decode(&mut Reader::new(&words)).expect("the words of a product");
        check(&op, [batch * m * k, batch * k * n], batch * m * n);
    }
}

#[test]
fn convolutions() {
    // large images, and so small ones that some are a unit
    for (n, size, ci, co) in [(3, 40, 16, 24), (200, 5, 8, 8)] {
        let words = [n, size, size, ci, 3, 3, co, size, size, 1, 1, 1, 1, 1, 1, 1, 0, 1, 2, 0, 0, 0, 0];
        let words = words.map(|word| word as i32);
        let [x, w, y] = [n * size * size * ci, 9 * ci * co, n * size * size * co];
        let decoded = "the words of a convolution";
        check(&Conv::decode(&mut Reader::new(&words)).expect(decoded), [x, w], y);
        check(&ConvInputGrad::decode(&mut Reader::new(&words)).expect(decoded), [y, w], x);
        check(&ConvFilterGrad::decode(&mut Reader::new(&words[..19])).expect(decoded), [x, y], w);
    }
}
