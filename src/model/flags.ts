import { controlPlaneFlags, type FlaggedProgram } from "../facts/control-plane-flags.ts";
import type { Cluster } from "./cluster.ts";
import type { CommandLine } from "./command-line.ts";
import { isFinished, isMirror } from "./pod.ts";

/** One instance of a component of the control plane whose command line the input shows. */
export interface FlaggedInstance extends CommandLine {
  readonly program: FlaggedProgram;
  readonly node: string;
}

const known = new WeakMap<Cluster, readonly FlaggedInstance[]>();

/** Every instance whose flags are known, in the order of the pods. */
export function flaggedInstances(cluster: Cluster): readonly FlaggedInstance[] {
  let instances = known.get(cluster);
  if (!instances) known.set(cluster, (instances = readInstances(cluster)));
  return instances;
}

function readInstances({ objects }: Cluster): FlaggedInstance[] {
  return objects.Pod.flatMap((pod) => {
    // Others run programs of these names too, in namespaces of their own.
    if ((pod.namespace !== "kube-system" && !isMirror(pod)) || isFinished(pod)) return [];
    return pod.spec.containers.flatMap(({ commandLine }) => {
      if (!commandLine || !isControlPlaneProgram(commandLine.program)) return [];
      const { program, flags } = commandLine;
      return [{ program, flags, node: pod.nodeName }];
    });
  });
}

function isControlPlaneProgram(program: string): program is FlaggedProgram {
  return Object.hasOwn(controlPlaneFlags, program);
}

/** What is known of a flag, and who says so: `flag of kube-controller-manager on cp-1`, `ConfigMap kubeadm-config`. */
export interface FlagValue {
  readonly value: string;
  readonly origin: "flag" | "config";
  readonly detail: string;
}

/**
 * A flag of a component: of the first instance that is seen, as kubeadm gives all of them the same; where none is seen, of
 * kubeadm's configuration. Undefined: not set, or not known.
 */
export function flagValue(cluster: Cluster, program: FlaggedProgram, flag: string): FlagValue | undefined {
  const seen = flaggedInstances(cluster).filter((each) => each.program === program);
  for (const { flags, node } of seen) {
    const value = flags[flag];
    if (value !== undefined)
      return { value, origin: "flag", detail: `flag of ${program}${node === "" ? "" : ` on ${node}`}` };
  }
  if (seen.length > 0) return undefined;
  const value = cluster.configuration?.kubeadm?.extraArgs[program]?.[flag];
  return value === undefined ? undefined : { value, origin: "config", detail: "kubeadm-config" };
}
