import { createInterface } from "node:readline/promises";

/** Asks a person on the terminal, and returns the answer without blanks around it; undefined where the input ends. */
export async function ask(question: string, signal?: AbortSignal): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
    const asked = lines.question(question, signal ? { signal } : {}).catch(() => undefined);
    const answer = await Promise.race([asked, closed]);
    return answer?.trim();
  } finally {
    lines.close();
  }
}

/** Whether somebody is there to be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}
