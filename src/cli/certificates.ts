import { readFileSync } from "node:fs";
import type { Certificate } from "../model/certificate.ts";
import type { Cluster } from "../model/cluster.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { readCertificates } from "../read/certificates.ts";
import { describeSystemError } from "../read/files.ts";
import { formatProblem } from "../model/problem.ts";
import { InputError } from "./input-error.ts";

/**
 * The cluster with the certificates that `--certs` tells of. A file is that of a node where it is given as `NODE=FILE`, its
 * name has the node's in it, or there is only one control-plane node. Throws InputError where a file cannot be read.
 */
export function withCertificates(cluster: Cluster, certs: readonly string[]): Cluster {
  if (certs.length === 0) return cluster;
  const certificates = certs.flatMap((each) => certificatesOf(each, cluster));
  return { ...cluster, certificates };
}

function certificatesOf(word: string, cluster: Cluster): readonly Certificate[] {
  const [, prefix, rest = ""] = /^([^=/]+)=(.+)$/.exec(word) ?? [];
  const file = prefix === undefined ? word : rest;
  const names = cluster.objects.Node.map(({ name }) => name);
  if (prefix !== undefined && !names.includes(prefix))
    throw new InputError(`--certs ${word}: there is no node ${prefix} in ${cluster.name}`);
  const result = readCertificates(textOf(file), file, prefix ?? nodeOf(file, cluster));
  if (!result.ok) throw new InputError(...result.problems.map(formatProblem));
  return result.certificates;
}

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new InputError(`--certs ${file}: ${describeSystemError(error)}`);
  }
}

/** The control-plane node whose name the file's has in it, the longest one; else the only one there is. */
function nodeOf(file: string, cluster: Cluster): string {
  const { nodes } = controlPlaneOf(cluster);
  const name = file.split("/").at(-1) ?? "";
  const [named] = nodes
    .filter((node) => new RegExp(`(^|[^a-z0-9])${escaped(node)}([^a-z0-9]|$)`, "i").test(name))
    .sort((a, b) => b.length - a.length);
  return named ?? (nodes.length === 1 ? nodes[0]! : "");
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
