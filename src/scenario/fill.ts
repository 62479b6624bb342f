import { parseMilli } from "../model/quantity.ts";
import { hash32 } from "../lib/hash.ts";
import type { GenerateFile, NodesFile } from "./schema/cluster.ts";
import type { WorkloadFile } from "./schema/workload.ts";

/** What one pod of a filler requests: small enough to come close to what is asked for. */
const fillerMillicores = 250;
const fillerBytes = 512 << 20;

/** Workloads without budgets, of two to five replicas each, until so much of the CPU is requested as `fill` says. */
export function fillerWorkloads({ fill, nodes, workloads, seed = 1 }: GenerateFile): readonly WorkloadFile[] {
  if (!fill) return [];
  const open = nodes.filter(({ taints = [] }) => taints.every(({ effect }) => effect === "PreferNoSchedule"));
  const offered = sum(open.map(({ count, cpu }) => count * millicores(cpu)));
  const requested = sum(workloads.map((workload) => podsOf(workload, open) * millicores(workload.cpu)));
  let left = Math.floor(((offered * parseInt(fill.cpu, 10)) / 100 - requested) / fillerMillicores);
  const fillers: WorkloadFile[] = [];
  while (left >= 2) {
    const drawn = 2 + (hash32(`fill ${fillers.length}`, seed) % 4);
    // One pod that is left over would be a single replica: the last workload takes it.
    const replicas = left - drawn === 1 || left < drawn ? left : drawn;
    fillers.push(filler(fillers.length + 1, replicas));
    left -= replicas;
  }
  return fillers;
}

function filler(number: number, replicas: number): WorkloadFile {
  return {
    kind: "Deployment",
    namespace: "fill",
    name: `filler-${number}`,
    replicas,
    cpu: `${fillerMillicores}m`,
    memory: String(fillerBytes),
    unready: 0,
    budgets: [],
  };
}

function podsOf({ kind, replicas }: WorkloadFile, open: readonly NodesFile[]): number {
  if (kind === "CronJob") return 0;
  return kind === "DaemonSet" ? sum(open.map(({ count }) => count)) : replicas;
}

function millicores(cpu: string | undefined): number {
  return cpu === undefined ? 0 : (parseMilli(cpu) ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
