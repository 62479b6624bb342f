import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { LabProblem } from "./problem.ts";

/** The programs of a control plane, each with the Go module that brings it and its package there. */
const programs = [
  ["etcd", ".", "go.etcd.io/etcd/server/v3"],
  ["kubectl", ".", "k8s.io/kubernetes/cmd/kubectl"],
  ["kube-scheduler", ".", "k8s.io/kubernetes/cmd/kube-scheduler"],
  ["kube-controller-manager", ".", "k8s.io/kubernetes/cmd/kube-controller-manager"],
  ["kube-apiserver", ".", "k8s.io/kubernetes/cmd/kube-apiserver"],
  ["kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"],
] as const;

const run = promisify(execFile);

/**
 * The folder of the lab's programs. They are built where they are missing or their modules have changed; from nothing
 * that takes ten minutes, and 8 GB of caches. `said` is told what is being built.
 * Throws LabProblem where `lab/` or Go is not there, or a build fails.
 */
export async function labBinaries(lab: string, said: (line: string) => void): Promise<string> {
  const given = process.env["SEATRIAL_LAB_BIN"];
  if (given !== undefined) return given;
  if (!existsSync(join(lab, "go.mod")))
    throw new LabProblem("the lab is not in the package", "Clone the repository, and run it from there.");
  // Go runs in other folders than this process.
  const bin = resolve(lab, ".bin");
  const stamp = await stampOf(lab);
  const stampFile = join(bin, "stamp");
  const isBuilt =
    existsSync(stampFile) &&
    readFileSync(stampFile, "utf8") === stamp &&
    programs.every(([name]) => existsSync(join(bin, name)));
  if (isBuilt) return bin;
  mkdirSync(bin, { recursive: true });
  const kubernetes = await moduleVersion(lab, "k8s.io/kubernetes");
  for (const [name, folder, target] of programs) {
    said(`building ${name}`);
    const flags = target.startsWith("k8s.io/") ? versionFlags(kubernetes) : "";
    const file = join(bin, name);
    await go(join(lab, folder), ["build", "-ldflags", `-s -w ${flags}`, "-o", `${file}.new`, target]);
    renameSync(`${file}.new`, file);
  }
  writeFileSync(stampFile, stamp);
  return bin;
}

/** Changes whenever the programs may. */
async function stampOf(lab: string): Promise<string> {
  const hash = createHash("sha256").update(await go(lab, ["version"]));
  for (const file of ["go.mod", "go.sum", "kwok/go.mod", "kwok/go.sum"])
    hash.update(readFileSync(join(lab, file)));
  return hash.digest("hex");
}

async function moduleVersion(folder: string, module: string): Promise<string> {
  return (await go(folder, ["list", "-m", "-f", "{{.Version}}", module])).trim();
}

/** Without these the programs say that they have no version. Source: k8s.io/component-base/version/base.go. */
function versionFlags(version: string): string {
  const [major = "", minor = ""] = version.slice(1).split(".");
  const fields = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"]
    .flatMap((pkg) => Object.entries(fields).map(([field, value]) => `-X ${pkg}.${field}=${value}`))
    .join(" ");
}

async function go(folder: string, words: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOFLAGS: "-trimpath -buildvcs=false -mod=readonly",
  };
  try {
    return (await run("go", words, { cwd: folder, env, maxBuffer: 64 << 20 })).stdout;
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === "ENOENT")
      throw new LabProblem("the lab needs Go, and there is none", "See https://go.dev/dl/");
    const said = (stderr ?? String(error)).trim().split("\n").slice(-5);
    throw new LabProblem(`go ${words[0] ?? ""} failed in ${folder}`, ...said);
  }
}
