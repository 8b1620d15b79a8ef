/** What the processes in JavaScript share: they get a task as JSON and end with a line that has the result. */

/** Does the task in the arguments. `works` has a function for each kind of task. */
export async function workFor(works) {
  const task = JSON.parse(process.argv[2]);
  const result = await works[task.kind](task);
  console.log(`RESULT ${JSON.stringify({ ...result, peakMemory: process.resourceUsage().maxRSS * 1024 })}`);
  process.exit(0);
}

/** Milliseconds since the process was started. */
export const sinceStart = () => performance.now();

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The median time of a call, after the first. */
export async function timeOf({ seconds }, call) {
  await call();
  const times = [];
  for (const end = performance.now() + seconds * 1000; times.length === 0 || performance.now() < end; ) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** The times of epochs: the first warms up, then so many that they take the seconds of the task. */
export class EpochTimes {
  /** More epochs than there is time for. */
  limit = 1000;
  #steps;
  #budget;
  #times = [];
  #losses = [];
  #start = 0;

  constructor({ steps, seconds }) {
    this.#steps = steps;
    this.#budget = seconds * 1000;
  }

  begin() {
    this.#start = performance.now();
  }

  /** Whether it was the last epoch. */
  end(loss) {
    this.#times.push(performance.now() - this.#start);
    this.#losses.push(loss);
    const spent = this.#times.slice(1).reduce((sum, time) => sum + time, 0);
    return this.#times.length >= 2 && spent >= this.#budget;
  }

  result() {
    const [first, ...times] = this.#times;
    return {
      ms: median(times) / this.#steps,
      firstEpoch: first,
      epochs: times.length,
      losses: [this.#losses[0], this.#losses.at(-1)],
    };
  }
}
