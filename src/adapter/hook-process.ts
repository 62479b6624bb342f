import { spawn } from "node:child_process";

/** What is run: a program with its arguments, which no shell reads. */
export interface HookCommand {
  readonly words: readonly string[];
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** It is ended when it takes longer. Milliseconds. */
  readonly timeoutMillis: number;
  /** Ends it before. */
  readonly signal?: AbortSignal;
}

export interface HookResult {
  /** Undefined where it worked; else why not, in words. */
  readonly problem: string | undefined;
  /** What it printed, both streams, as far as it is kept. */
  readonly output: string;
  /** Whether there was such a program. */
  readonly isStarted: boolean;
}

/** So much of what a hook prints is kept: its beginning, and its end. */
const keptCharacters = 16_384;
/** From SIGTERM to SIGKILL. */
const killMillis = 10_000;

/** Runs a program to its end, in a process group of its own: a Ctrl-C for the run is none for the hook. */
export function runHook(
  { words, environment, timeoutMillis, signal }: HookCommand,
  onLine: (line: string) => void,
): Promise<HookResult> {
  const [program = "", ...rest] = words;
  const env = { ...process.env, ...environment };
  let child: ReturnType<typeof start>;
  try {
    child = start(program, rest, env);
  } catch (error) {
    // No system takes such a name or argument: empty, or with a NUL in it.
    const problem = `${program} cannot be started: ${error instanceof Error ? error.message : String(error)}`;
    return Promise.resolve({ problem, output: "", isStarted: false });
  }
  return new Promise((resolve) => {
    const output = new Kept();
    let pending = "";
    let isLate = false;
    const take = (chunk: Buffer) => {
      const text = chunk.toString("utf8");
      output.add(text);
      const lines = `${pending}${text}`.split("\n");
      pending = lines.pop() ?? "";
      lines.forEach(onLine);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const timers: NodeJS.Timeout[] = [];
    const endAfter = (millis: number) => {
      timers.push(setTimeout(() => ((isLate = true), kill(child.pid, "SIGTERM")), millis));
      timers.push(setTimeout(() => kill(child.pid, "SIGKILL"), millis + killMillis));
    };
    const onAbort = () => endAfter(0);
    endAfter(timeoutMillis);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const finish = (problem: string | undefined, isStarted = true) => {
      timers.forEach(clearTimeout);
      signal?.removeEventListener("abort", onAbort);
      if (pending !== "") onLine(pending);
      resolve({ problem, output: output.text, isStarted });
    };
    child.on("error", (error) => finish(`${program} cannot be started: ${error.message}`, false));
    child.on("close", (code, signal) => {
      if (isLate) return finish(`${program} was ended: it took longer than ${timeoutMillis / 1_000} s`);
      if (code === 0) return finish(undefined);
      finish(
        code === null ? `${program} was killed by ${signal}` : `${program} ended with exit code ${code}`,
      );
    });
  });
}

function start(program: string, words: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(program, words, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
}

/** Ends a program with all that it has started. */
function kill(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** A long text, without its middle. */
class Kept {
  #head = "";
  #tail = "";
  #length = 0;

  add(text: string): void {
    this.#length += text.length;
    const room = keptCharacters / 2 - this.#head.length;
    this.#head += text.slice(0, room);
    this.#tail = `${this.#tail}${text.slice(room)}`.slice(-keptCharacters / 2);
  }

  get text(): string {
    const left = this.#length - this.#head.length - this.#tail.length;
    return left > 0 ? `${this.#head}\n… ${left} characters …\n${this.#tail}` : this.#head + this.#tail;
  }
}
