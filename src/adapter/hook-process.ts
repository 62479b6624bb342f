import { spawn } from "node:child_process";

/** What is run: a program with its arguments, which no shell reads. */
export interface HookCommand {
  readonly words: readonly string[];
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** It is ended when it takes longer. Milliseconds. */
  readonly timeoutMillis: number;
}

export interface HookResult {
  /** Undefined where it worked; else why not, in words. */
  readonly problem: string | undefined;
  /** What it printed, both streams, as far as it is kept. */
  readonly output: string;
}

/** So much of what a hook prints is kept: its beginning, and its end. */
const keptCharacters = 16_384;
/** From SIGTERM to SIGKILL. */
const killMillis = 10_000;

/** Runs a program to its end, in a process group of its own: a Ctrl-C for the run is none for the hook. */
export function runHook(
  { words, environment, timeoutMillis }: HookCommand,
  onLine: (line: string) => void,
): Promise<HookResult> {
  const [program = "", ...rest] = words;
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    const child = spawn(program, rest, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
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
    const end = (signal: NodeJS.Signals) => {
      isLate = true;
      try {
        process.kill(-child.pid!, signal);
      } catch {
        // It has ended meanwhile.
      }
    };
    const timers = [
      setTimeout(() => end("SIGTERM"), timeoutMillis),
      setTimeout(() => end("SIGKILL"), timeoutMillis + killMillis),
    ];
    const finish = (problem: string | undefined) => {
      timers.forEach(clearTimeout);
      if (pending !== "") onLine(pending);
      resolve({ problem, output: output.text });
    };
    child.on("error", (error) => finish(`${program} cannot be started: ${error.message}`));
    child.on("close", (code, signal) => {
      if (isLate) return finish(`${program} was ended: it took longer than ${timeoutMillis / 1_000} s`);
      if (code === 0) return finish(undefined);
      finish(
        code === null ? `${program} was killed by ${signal}` : `${program} ended with exit code ${code}`,
      );
    });
  });
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
