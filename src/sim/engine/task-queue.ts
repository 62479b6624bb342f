import { Heap } from "../../lib/heap.ts";

/**
 * `busy`: it can change something of itself. `tick`: a retry, a lease, a periodic look; it alone keeps nothing
 * going. `transient`: what a tick has set off, and has changed nothing so far.
 */
export type TaskWeight = "busy" | "tick" | "transient";

/**
 * What is still to happen: plain records ordered by time, then priority, then the order in which they were put in.
 * The queue knows nothing of Kubernetes.
 */
export interface Task {
  /** Milliseconds since t = 0. */
  readonly time: number;
  /** Smaller goes first at the same time. */
  readonly priority: number;
  readonly sequence: number;
  /** Names the handler. */
  readonly kind: string;
  /** What it is about; the handler knows how to read it. */
  readonly subject: string;
  /** The number of the trace event that it follows from. */
  readonly cause: number;
  readonly weight: TaskWeight;
  readonly data?: unknown;
}

/** A totally ordered queue of tasks, counted by weight. */
export class TaskQueue {
  readonly #heap = new Heap<Task>(before);
  #sequence = 0;
  readonly #weights = { busy: 0, tick: 0, transient: 0 };

  push(task: Omit<Task, "sequence">): void {
    this.#heap.push({ ...task, sequence: this.#sequence++ });
    this.#weights[task.weight]++;
  }

  pop(): Task | undefined {
    const task = this.#heap.pop();
    if (task) this.#weights[task.weight]--;
    return task;
  }

  peek(): Task | undefined {
    return this.#heap.peek();
  }

  get size(): number {
    return this.#heap.size;
  }

  /** How many tasks can change something of themselves. */
  get busy(): number {
    return this.#weights.busy;
  }

  /** How many tasks ticks have set off that are still to be carried out. */
  get transient(): number {
    return this.#weights.transient;
  }

  /** The sequence number that the next task will get: tasks below it were there before. */
  get nextSequence(): number {
    return this.#sequence;
  }

  /** Whether a task is left that was put in before this sequence number. */
  hasTaskBefore(sequence: number): boolean {
    return this.#heap.items().some((task) => task.sequence < sequence);
  }
}

function before(a: Task, b: Task): boolean {
  if (a.time !== b.time) return a.time < b.time;
  if (a.priority !== b.priority) return a.priority < b.priority;
  return a.sequence < b.sequence;
}
