import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { LabProblem } from "./problem.ts";

/** One program of the lab: it can be stopped and started again, under the same arguments. */
export class LabProcess {
  readonly #name: string;
  readonly #file: string;
  readonly #args: readonly string[];
  readonly #log: string;
  #child: ChildProcess | undefined;

  constructor(name: string, file: string, args: readonly string[], log: string) {
    this.#name = name;
    this.#file = file;
    this.#args = args;
    this.#log = log;
  }

  start(): void {
    const log = openSync(this.#log, "a", 0o600);
    this.#child = spawn(this.#file, this.#args, { stdio: ["ignore", log, log] });
    closeSync(log);
  }

  /** Waits until the check holds. Throws LabProblem where the program ends before, or it takes longer than a minute. */
  async ready(check: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await check()) return;
      if (this.#hasEnded()) throw new LabProblem(`${this.#name} has ended:`, ...this.#lastLines());
      await delay(100);
    }
    throw new LabProblem(`${this.#name} is not ready after a minute:`, ...this.#lastLines());
  }

  /** Ends it, as `kill -9` does, and waits until it is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || this.#hasEnded()) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  #hasEnded(): boolean {
    const child = this.#child;
    return child?.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  #lastLines(): readonly string[] {
    return readFileSync(this.#log, "utf8").trim().split("\n").slice(-5);
  }
}
