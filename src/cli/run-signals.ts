import type { Run } from "../adapter/run.ts";
import type { RunScreen } from "./run-screen.ts";

/** The first wish ends the run once what was sent is answered; the second one ends the process as it stands. */
export function stopperOf(
  run: Pick<Run, "now" | "stop">,
  screen: Pick<RunScreen, "close" | "reply">,
  exit: () => void,
): (by: string) => void {
  let isAsked = false;
  return (by) => {
    if (isAsked) {
      // A terminal that is closed may say so twice: from itself, and from its shell.
      if (by === "SIGHUP") return;
      screen.close();
      return exit();
    }
    isAsked = true;
    const again = by.startsWith("SIG") ? "again" : "ctrl-C";
    const line = `${by}: stopping once what was sent is answered; ${again}: at once`;
    screen.reply({ kind: "stopping", now: run.now, by }, line);
    run.stop({ kind: "asked", signal: by });
  };
}

/** Has signals ask for the end of a run; the returned function ends that. */
export function onSignals(stop: (signal: string) => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

/** A terminal that is closed, or a pipe that nobody reads, is no reason to fall over between two writes, nor at the end. */
export function outliveTerminal(): void {
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on("error", ignore);
}

function ignore(): void {
  // What could not be shown stands in the journal.
}
