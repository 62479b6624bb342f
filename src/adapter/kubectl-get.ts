import { spawn } from "node:child_process";

/** What `kubectl get` is to read from: the flags that kubectl itself takes. */
export interface KubectlTarget {
  readonly context?: string;
  readonly kubeconfig?: string;
}

export type KubectlOutcome =
  | { readonly ok: true }
  /** kubectl is not installed, or it ended with an error: what it said. */
  | { readonly ok: false; readonly missing: boolean; readonly message: string };

/** Runs kubectl, hands its standard output on chunk by chunk, and says how it ended. No shell is involved. */
export function runKubectl(
  target: KubectlTarget,
  words: readonly string[],
  onChunk: (chunk: Buffer) => void,
): Promise<KubectlOutcome> {
  const flags = [
    ...(target.context === undefined ? [] : ["--context", target.context]),
    ...(target.kubeconfig === undefined ? [] : ["--kubeconfig", target.kubeconfig]),
  ];
  return new Promise((resolve) => {
    const child = spawn("kubectl", [...flags, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stdout.on("data", onChunk);
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
    child.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ ok: false, missing: error.code === "ENOENT", message: error.message }),
    );
    child.on("close", (code) =>
      resolve(code === 0 ? { ok: true } : { ok: false, missing: false, message: errors.trim() }),
    );
  });
}
