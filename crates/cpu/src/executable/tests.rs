use std::sync::atomic::AtomicUsize;
use std::thread::{scope, sleep};
use std::time::Duration;

use capas_runtime::{Op, Reader, Tickets, Worker};

use crate::repeat::Repeat;

use super::*;

const COUNT: usize = 1000;

/// What the tests need of an instruction.
enum TestOp {
    /// Adds 1 to each element of slot 0.
    Increment,
    /// Adds the element at the other end, which another thread may have written.
    AddMirrored,
    PanicsOn(usize),
    FailsOn(usize),
    /// Fails for all threads, the first time.
    FailsOnce(AtomicBool),
    /// Adds 1 to each element of slot 0, where threads take tickets for them.
    Claim(Tickets),
    /// Meets the other threads within the instruction.
    Meet,
    Count(Arc<AtomicUsize>),
    /// Counts the rows that it is asked for.
    Rows(Arc<AtomicUsize>),
    /// Uses scratch memory.
    Scratch,
    Sleep(Duration),
}

impl Op for TestOp {
    fn scratch_bytes(&self, _threads: usize) -> usize {
        if matches!(self, Self::Scratch) { 4 } else { 0 }
    }

    fn reset(&self) {
        if let Self::Claim(tickets) = self {
            tickets.reset();
        }
    }

    fn run(&self, worker: &Worker) {
        // SAFETY: the slot has that many elements, and each thread writes its share.
        let elements = unsafe { std::slice::from_raw_parts_mut(worker.slot::<f32>(0), COUNT) };
        match self {
            Self::Increment => worker.share(COUNT, 16).for_each(|i| elements[i] += 1.0),
            Self::AddMirrored => {
                let share = worker.share(COUNT, 16);
                let mirrored: Vec<f32> = share.clone().map(|i| elements[COUNT - 1 - i]).collect();
                worker.barrier();
                share.zip(mirrored).for_each(|(i, other)| elements[i] += other);
            }
            Self::PanicsOn(id) => assert_ne!(worker.id, *id, "no thread {id}"),
            Self::FailsOn(id) if worker.id == *id => worker.fail(format!("thread {id} does not like it")),
            Self::FailsOn(_) | Self::Scratch => {}
            Self::FailsOnce(has_failed) => {
                if !has_failed.swap(true, Ordering::SeqCst) {
                    worker.fail("once");
                }
            }
            Self::Claim(tickets) => {
                worker.claim(tickets, COUNT, 16).flatten().for_each(|i| elements[i] += 1.0);
            }
            Self::Meet => worker.barrier(),
            Self::Count(count) => {
                count.fetch_add(1, Ordering::SeqCst);
            }
            Self::Rows(count) => {
                count.fetch_add(worker.rows().map_or(0, |rows| rows.own.len()), Ordering::SeqCst);
            }
            Self::Sleep(duration) => sleep(*duration),
        }
    }
}

fn executable(pool: &Arc<Pool>, ops: Vec<(TestOp, bool)>) -> Executable {
    let instruction =
        |(index, (op, serial))| Instruction { work: Work::Op(Box::new(op)), barrier: true, serial, index };
    let instructions = ops.into_iter().enumerate().map(instruction).collect();
    let places = [Place { offset: Some(0), bytes: 4 * COUNT }];
    Executable::of_instructions(vec![Some(instructions)], &places, 4 * COUNT, Arc::clone(pool)).unwrap()
}

/// The instructions again and again.
fn repeated(times: i32, serial: bool, body: Vec<Instruction>) -> Instruction {
    of_rows(times, 0, serial, body)
}

/// The instructions again and again, by so many rows.
fn of_rows(times: i32, rows: i32, serial: bool, body: Vec<Instruction>) -> Instruction {
    let repeat = Repeat::decode(&mut Reader::new(&[times, 0, rows, 0, 0, 0, 0, 0])).unwrap();
    Instruction { work: Work::Loop(repeat, body), barrier: true, serial, index: 0 }
}

/// The instructions as often, by each thread alone, with slot 0 in its own memory.
fn apart(times: i32, body: Vec<Instruction>) -> Instruction {
    let bytes = 4 * COUNT as i32;
    let repeat = Repeat::decode(&mut Reader::new(&[times, 0, 0, 0, 0, 1, 1, 0, 0, bytes])).unwrap();
    Instruction { work: Work::Loop(repeat, body), barrier: true, serial: false, index: 0 }
}

fn first_and_last(executable: &mut Executable) -> [f32; 2] {
    let bytes = executable.slot(0).unwrap();
    [0, COUNT - 1].map(|i| f32::from_ne_bytes(bytes[4 * i..4 * i + 4].try_into().unwrap()))
}

#[test]
fn threads_see_what_others_wrote_before_a_barrier() {
    for threads in 1..=4 {
        let pool = Arc::new(Pool::new(threads));
        let mut executable = executable(&pool, vec![(TestOp::Increment, false), (TestOp::AddMirrored, false)]);
        assert_eq!(executable.run_many(10, &AtomicBool::new(false)), Ok(10));
        // x becomes 2 (x + 1)
        assert_eq!(first_and_last(&mut executable), [2046.0, 2046.0]);
    }
}

#[test]
fn a_barrier_parts_instructions_that_use_scratch_memory() {
    let barriers = |kinds: &str| -> String {
        let instruction = |kind: char| Instruction {
            work: Work::Op(Box::new(if kind.eq_ignore_ascii_case(&'s') { TestOp::Scratch } else { TestOp::Increment })),
            barrier: kind == '|',
            serial: kind.is_lowercase(),
            index: 0,
        };
        let mut instructions: Vec<_> = kinds.chars().map(instruction).collect();
        part_scratch(&mut instructions, 2, &mut Users::default());
        instructions.iter().map(|each| if each.barrier { '|' } else { '-' }).collect()
    };
    // S and s: scratch memory, of all threads and of the first; X: none; |: none, after a barrier.
    assert_eq!(barriers("SXS"), "--|");
    assert_eq!(barriers("S|S"), "-|-");
    assert_eq!(barriers("ssXS"), "---|");
    assert_eq!(barriers("Sss"), "-|-");
}

#[test]
fn a_barrier_parts_the_end_of_a_loop_from_its_beginning() {
    let scratch =
        |barrier, serial| Instruction { work: Work::Op(Box::new(TestOp::Scratch)), barrier, serial, index: 0 };
    for (serial, expected) in [(false, [false, true, true]), (true, [true, false, true])] {
        let mut instructions = vec![
            scratch(false, false),
            Instruction { barrier: false, ..repeated(2, serial, vec![scratch(false, serial)]) },
            scratch(false, false),
        ];
        part_scratch(&mut instructions, 2, &mut Users::default());
        let mut barriers = vec![];
        instructions[1].visit(&mut |each| barriers.push(each.barrier));
        barriers.push(instructions[2].barrier);
        assert_eq!(barriers, expected);
    }
}

#[test]
fn iterations_that_threads_do_apart_run_once_and_meet_nobody() {
    for threads in 1..=4 {
        let count = Arc::new(AtomicUsize::new(0));
        let ops = [TestOp::Count(Arc::clone(&count)), TestOp::Meet, TestOp::Scratch, TestOp::Increment];
        let alone = |op| Instruction { work: Work::Op(Box::new(op)), barrier: false, serial: false, index: 0 };
        let instructions = vec![apart(7, ops.map(alone).into())];
        let places = [Place { offset: Some(0), bytes: 4 * COUNT }];
        let pool = Arc::new(Pool::new(threads));
        let mut executable = Executable::of_instructions(vec![Some(instructions)], &places, 4 * COUNT, pool).unwrap();
        assert_eq!(executable.run_many(20, &AtomicBool::new(false)), Ok(20));
        assert_eq!(count.load(Ordering::SeqCst), 140);
        // what it wrote lies elsewhere
        assert_eq!(first_and_last(&mut executable), [0.0, 0.0]);
    }
}

#[test]
fn threads_do_some_rows_each_of_a_loop() {
    let count = Arc::new(AtomicUsize::new(0));
    let instruction = |op| Instruction { work: Work::Op(Box::new(op)), barrier: true, serial: false, index: 0 };
    // with few rows all threads do each step together
    for (rows, threads, is_by_rows) in
        [(COUNT, 1, false), (COUNT, 4, true), (10, 2, true), (8, 3, false), (0, 2, false)]
    {
        count.store(0, Ordering::SeqCst);
        let body = vec![instruction(TestOp::Increment), instruction(TestOp::Rows(Arc::clone(&count)))];
        let segments = vec![Some(vec![of_rows(7, rows as i32, false, body)])];
        let places = [Place { offset: Some(0), bytes: 4 * COUNT }];
        let pool = Arc::new(Pool::new(threads));
        let mut executable = Executable::of_instructions(segments, &places, 4 * COUNT, pool).unwrap();
        assert_eq!(executable.run(0), Ok(()));
        assert_eq!(first_and_last(&mut executable), [7.0, 7.0]);
        assert_eq!(count.load(Ordering::SeqCst), if is_by_rows { 7 * rows } else { 0 });
    }
}

#[test]
fn each_thread_has_scratch_memory_for_its_rows() {
    let scratch = || Instruction { work: Work::Op(Box::new(TestOp::Scratch)), barrier: false, serial: false, index: 0 };
    assert_eq!(of_rows(2, 100, false, vec![scratch()]).scratch_bytes(3), 3 * 64);
    assert_eq!(of_rows(2, 0, false, vec![scratch()]).scratch_bytes(3), 64);
    let mut instructions = vec![scratch(), of_rows(2, 100, false, vec![scratch()]), scratch()];
    instructions[1].barrier = false;
    part_scratch(&mut instructions, 3, &mut Users::default());
    assert_eq!(instructions.iter().map(|each| each.barrier).collect::<Vec<_>>(), [false, true, true]);
}

#[test]
fn serial_instructions_run_once_a_step() {
    let count = Arc::new(AtomicUsize::new(0));
    for ops in [
        vec![(TestOp::Count(Arc::clone(&count)), true)],
        vec![(TestOp::Count(Arc::clone(&count)), true), (TestOp::Increment, false)],
    ] {
        count.store(0, Ordering::SeqCst);
        let mut executable = executable(&Arc::new(Pool::new(3)), ops);
        assert_eq!(executable.run_many(20, &AtomicBool::new(false)), Ok(20));
        assert_eq!(count.load(Ordering::SeqCst), 20);
    }
}

#[test]
fn a_panic_on_any_thread_ends_the_run_and_names_the_instruction() {
    for threads in 1..=4 {
        let pool = Arc::new(Pool::new(threads));
        for id in 0..threads {
            let mut executable = executable(
                &pool,
                vec![(TestOp::Increment, false), (TestOp::PanicsOn(id), false), (TestOp::Meet, false)],
            );
            let error = executable.run_many(5, &AtomicBool::new(false)).unwrap_err();
            assert_eq!(error.instruction, Some(1));
            assert!(error.message.contains(&format!("no thread {id}")), "{error}");
            assert_eq!(first_and_last(&mut executable), [1.0, 1.0]);
            assert!(executable.run(0).is_err());
        }
    }
}

#[test]
fn an_instruction_that_fails_ends_the_run() {
    for threads in 1..=4 {
        let pool = Arc::new(Pool::new(threads));
        for id in 0..threads {
            let mut executable = executable(
                &pool,
                vec![(TestOp::Increment, false), (TestOp::FailsOn(id), false), (TestOp::Meet, false)],
            );
            let error = executable.run(0).unwrap_err();
            assert_eq!(error.to_string(), format!("instruction 1: thread {id} does not like it"));
        }
        let mut healthy = executable(&pool, vec![(TestOp::Increment, false)]);
        assert_eq!(healthy.run(0), Ok(()));
    }
}

#[test]
fn what_fails_in_a_loop_ends_the_run_and_is_named() {
    for threads in 1..=3 {
        let pool = Arc::new(Pool::new(threads));
        for id in 0..threads {
            for op in [TestOp::FailsOn(id), TestOp::PanicsOn(id)] {
                let instruction =
                    |(index, op)| Instruction { work: Work::Op(Box::new(op)), barrier: true, serial: false, index };
                let body = [(1, TestOp::Increment), (2, op), (3, TestOp::Meet)].map(instruction).into();
                let segments = vec![Some(vec![repeated(5, false, body), instruction((4, TestOp::Increment))])];
                let places = [Place { offset: Some(0), bytes: 4 * COUNT }];
                let mut executable =
                    Executable::of_instructions(segments, &places, 4 * COUNT, Arc::clone(&pool)).unwrap();
                assert_eq!(executable.run(0).unwrap_err().instruction, Some(2));
                assert_eq!(first_and_last(&mut executable), [1.0, 1.0]);
            }
        }
    }
}

#[test]
fn tickets_are_as_new_after_a_run_that_ended_early() {
    for threads in 1..=4 {
        let pool = Arc::new(Pool::new(threads));
        let instruction = |op| Instruction { work: Work::Op(Box::new(op)), barrier: false, serial: false, index: 0 };
        // One thread fails and does not come to the tickets, which the others may have taken.
        let instructions = vec![
            instruction(TestOp::FailsOnce(AtomicBool::new(false))),
            instruction(TestOp::Claim(Tickets::default())),
        ];
        let places = [Place { offset: Some(0), bytes: 4 * COUNT }];
        let mut executable =
            Executable::of_instructions(vec![Some(instructions)], &places, 4 * COUNT, Arc::clone(&pool)).unwrap();
        assert!(executable.run(0).is_err());
        executable.slot(0).unwrap().fill(0);
        assert_eq!(executable.run_many(40, &AtomicBool::new(false)), Ok(40));
        let bytes = executable.slot(0).unwrap();
        assert!(bytes.chunks_exact(4).all(|bytes| bytes == 40f32.to_ne_bytes()));
    }
}

#[test]
fn many_steps_end_when_they_are_stopped() {
    let (pool, stop) = (Arc::new(Pool::new(2)), AtomicBool::new(false));
    let nap = Duration::from_millis(2);
    let mut executable = executable(&pool, vec![(TestOp::Increment, false), (TestOp::Sleep(nap), true)]);
    let done = scope(|threads| {
        let running = threads.spawn(|| executable.run_many(1_000_000, &stop));
        sleep(10 * nap);
        stop.store(true, Ordering::Relaxed);
        running.join().unwrap().unwrap()
    });
    assert!(done > 0 && done < 100, "{done} steps");
    assert_eq!(first_and_last(&mut executable), [done as f32; 2]);
}

#[test]
fn another_program_gets_the_pool_between_two_steps() {
    let (pool, stop) = (Arc::new(Pool::new(2)), AtomicBool::new(false));
    let nap = Duration::from_millis(2);
    let mut long = executable(&pool, vec![(TestOp::Sleep(nap), false)]);
    let mut short = executable(&pool, vec![(TestOp::Increment, false)]);
    scope(|threads| {
        let running = threads.spawn(|| long.run_many(1_000_000, &stop));
        sleep(5 * nap);
        for _ in 0..10 {
            assert_eq!(short.run(0), Ok(()));
        }
        assert!(!running.is_finished());
        stop.store(true, Ordering::Relaxed);
        assert!(running.join().unwrap().unwrap() >= 5);
    });
    assert_eq!(first_and_last(&mut short), [10.0, 10.0]);
}

#[test]
fn a_profile_says_how_long_each_instruction_took() {
    let nap = Duration::from_millis(5);
    for serial in [true, false] {
        let ops = vec![(TestOp::Increment, false), (TestOp::Sleep(nap), serial), (TestOp::Increment, false)];
        let mut executable = executable(&Arc::new(Pool::new(2)), ops);
        assert_eq!(executable.profile(true), []);
        executable.run_many(3, &AtomicBool::new(false)).unwrap();
        let nanoseconds = executable.profile(false);
        assert_eq!(nanoseconds.len(), 3);
        assert!(nanoseconds[1] >= 15e6 && nanoseconds[0] < 5e6, "{nanoseconds:?}");
        executable.run(0).unwrap();
        assert_eq!(executable.profile(false), []);
    }
}

#[test]
fn a_profile_counts_what_is_in_a_loop_each_time() {
    let nap = Duration::from_millis(3);
    let sleeping = Instruction { work: Work::Op(Box::new(TestOp::Sleep(nap))), barrier: true, serial: false, index: 1 };
    let segments = vec![Some(vec![repeated(4, false, vec![sleeping])])];
    let places = [Place { offset: Some(0), bytes: 4 * COUNT }];
    let mut executable = Executable::of_instructions(segments, &places, 4 * COUNT, Arc::new(Pool::new(2))).unwrap();
    executable.profile(true);
    executable.run(0).unwrap();
    let nanoseconds = executable.profile(false);
    assert!(nanoseconds.len() == 2 && nanoseconds[1] >= 12e6, "{nanoseconds:?}");
}

#[test]
fn slots_must_be_bound_and_large_enough() {
    let places = [Place { offset: None, bytes: 8 }, Place { offset: Some(0), bytes: 4 }];
    let pool = Arc::new(Pool::new(1));
    let mut executable = Executable::of_instructions(vec![Some(vec![])], &places, 4, pool.clone()).unwrap();
    assert_eq!(executable.run(0).unwrap_err().to_string(), "slot 0 is not bound");
    let mut memory = [1u8; 8];
    let address = memory.as_mut_ptr();
    // SAFETY: the memory outlives the executable's last run.
    let mut bind = |slot, bytes| unsafe { executable.bind(slot, address, bytes) }.map_err(|error| error.to_string());
    assert_eq!(bind(0, 7).unwrap_err(), "slot 0 needs 8 bytes. Received: 7");
    assert_eq!(bind(1, 8).unwrap_err(), "slot 1 lies in the arena and cannot be bound");
    assert_eq!(bind(2, 8).unwrap_err(), "there is no slot 2");
    assert_eq!(bind(0, 8), Ok(()));
    assert_eq!(executable.run(0), Ok(()));
    assert_eq!(executable.slot(0).unwrap(), [1; 8]);
    assert_eq!(executable.run(1).unwrap_err().to_string(), "segment 1 is not one of the stream");
    let beyond = [Place { offset: Some(2), bytes: 4 }];
    assert!(Executable::of_instructions(vec![], &beyond, 4, pool).is_err());
}
