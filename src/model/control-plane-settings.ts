import { admissionFacts } from "../facts/admission.ts";
import { leaderElection } from "../facts/control-plane.ts";
import type { FlaggedProgram } from "../facts/control-plane-flags.ts";
import { nodeLifecycleFacts as lifecycle } from "../facts/node-lifecycle.ts";
import { parseDuration } from "../lib/duration.ts";
import type { Cluster } from "./cluster.ts";
import { flagValue } from "./flags.ts";
import { parseVersion } from "./version.ts";

/** A value that the control plane goes by, and who says so. */
export interface Setting {
  readonly value: number;
  /** `flag`: a command line in the input; `config`: one of kubeadm's ConfigMaps; `default`: nobody sets it. */
  readonly origin: "flag" | "config" | "default";
  /** `flag of kube-controller-manager on cp-1`, `kubelet-config`, `default`. */
  readonly detail: string;
}

/** How long a lost leader's lease lasts, and how often the others look. Milliseconds. */
export interface LeaderElection {
  readonly lease: Setting;
  readonly retry: Setting;
}

/** What of the control plane's configuration a rehearsal goes by. Times in milliseconds. */
export interface ControlPlaneSettings {
  /** A node that has not been heard of for this long is Unknown. */
  readonly nodeMonitorGrace: Setting;
  readonly nodeMonitorPeriod: Setting;
  /** How often a kubelet renews its lease: a quarter of what the lease lasts. */
  readonly leaseRenewal: Setting;
  /** Nodes a second and zone that get the NoExecute taint. */
  readonly evictionRate: Setting;
  readonly secondaryEvictionRate: Setting;
  readonly largeClusterThreshold: Setting;
  readonly unhealthyZoneThreshold: Setting;
  /** Seconds that new pods tolerate a node that is not ready, or is unreachable. */
  readonly notReadySeconds: Setting;
  readonly unreachableSeconds: Setting;
  readonly leaders: Readonly<Record<"kube-controller-manager" | "kube-scheduler", LeaderElection>>;
  /** Admission plugins that are on by default and switched off here. */
  readonly disabledAdmission: ReadonlySet<string>;
}

const known = new WeakMap<Cluster, ControlPlaneSettings>();

/**
 * How the control plane of a cluster is set: by its static pods' flags, else by kubeadm's configuration, else as
 * Kubernetes of that minor is. Source of the defaults: facts/timing.json.
 */
export function controlPlaneSettings(cluster: Cluster): ControlPlaneSettings {
  let settings = known.get(cluster);
  if (!settings) known.set(cluster, (settings = readSettings(cluster)));
  return settings;
}

function readSettings(cluster: Cluster): ControlPlaneSettings {
  const manager = readerFor(cluster, "kube-controller-manager");
  const server = readerFor(cluster, "kube-apiserver");
  const minor = parseVersion(cluster.version)?.minor ?? Infinity;
  const disabled = flagValue(cluster, "kube-apiserver", "disable-admission-plugins")?.value ?? "";
  return {
    nodeMonitorGrace: manager("node-monitor-grace-period", lifecycle.gracePeriodMillis(minor), parseDuration),
    nodeMonitorPeriod: manager("node-monitor-period", lifecycle.monitorMillis, positiveDuration),
    leaseRenewal: leaseRenewal(cluster),
    evictionRate: manager("node-eviction-rate", lifecycle.evictionRate, amount),
    secondaryEvictionRate: manager("secondary-node-eviction-rate", lifecycle.secondaryEvictionRate, amount),
    largeClusterThreshold: manager("large-cluster-size-threshold", lifecycle.largeClusterThreshold, amount),
    unhealthyZoneThreshold: manager("unhealthy-zone-threshold", lifecycle.unhealthyZoneThreshold, amount),
    notReadySeconds: server("default-not-ready-toleration-seconds", admissionFacts.tolerationSeconds, amount),
    unreachableSeconds: server(
      "default-unreachable-toleration-seconds",
      admissionFacts.tolerationSeconds,
      amount,
    ),
    leaders: {
      "kube-controller-manager": election(manager),
      "kube-scheduler": election(readerFor(cluster, "kube-scheduler")),
    },
    disabledAdmission: new Set(disabled.split(",").filter((name) => name !== "")),
  };
}

type Reader = (flag: string, otherwise: number, parse: (text: string) => number | undefined) => Setting;

/** Reads flags of a program; a value that is none counts as not set: the program would not have started with it. */
function readerFor(cluster: Cluster, program: FlaggedProgram): Reader {
  return (flag, otherwise, parse) => {
    const found = flagValue(cluster, program, flag);
    const value = found && parse(found.value);
    if (!found || value === undefined) return { value: otherwise, origin: "default", detail: "default" };
    return { value, origin: found.origin, detail: found.detail };
  };
}

function election(read: Reader): LeaderElection {
  return {
    lease: read("leader-elect-lease-duration", leaderElection.leaseMillis, parseDuration),
    retry: read("leader-elect-retry-period", leaderElection.retryMillis, parseDuration),
  };
}

/** Source: pkg/kubelet/kubelet.go, nodeLeaseRenewIntervalFraction. */
function leaseRenewal({ configuration }: Cluster): Setting {
  const seconds = configuration?.kubelet?.nodeLeaseDurationSeconds;
  if (seconds === undefined)
    return { value: lifecycle.leaseRenewMillis, origin: "default", detail: "default" };
  return { value: seconds * 1_000 * lifecycle.leaseRenewShare, origin: "config", detail: "kubelet-config" };
}

function amount(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function positiveDuration(text: string): number | undefined {
  return parseDuration(text) || undefined;
}
