import { proportionalFacts } from "../facts/proportional.ts";
import { type KubectlTarget, runKubectl } from "../adapter/kubectl-get.ts";
import type { Kind } from "../model/cluster.ts";
import { DocumentReader, type DocumentSink } from "../read/documents.ts";
import type { ClusterReader } from "../read/read-cluster.ts";
import { InputError } from "./input-error.ts";

/** What is asked for, and the kinds that come with it. */
export const snapshotResources: readonly (readonly [resource: string, kind: Kind])[] = [
  ["nodes", "Node"],
  ["pods", "Pod"],
  ["namespaces", "Namespace"],
  ["deployments.apps", "Deployment"],
  ["replicasets.apps", "ReplicaSet"],
  ["replicationcontrollers", "ReplicationController"],
  ["statefulsets.apps", "StatefulSet"],
  ["daemonsets.apps", "DaemonSet"],
  ["jobs.batch", "Job"],
  ["cronjobs.batch", "CronJob"],
  ["poddisruptionbudgets.policy", "PodDisruptionBudget"],
  ["services", "Service"],
  ["endpointslices.discovery.k8s.io", "EndpointSlice"],
  ["horizontalpodautoscalers.autoscaling", "HorizontalPodAutoscaler"],
  ["persistentvolumes", "PersistentVolume"],
  ["persistentvolumeclaims", "PersistentVolumeClaim"],
  ["storageclasses.storage.k8s.io", "StorageClass"],
  ["csinodes.storage.k8s.io", "CSINode"],
  ["csidrivers.storage.k8s.io", "CSIDriver"],
  ["csistoragecapacities.storage.k8s.io", "CSIStorageCapacity"],
  ["volumeattachments.storage.k8s.io", "VolumeAttachment"],
  ["priorityclasses.scheduling.k8s.io", "PriorityClass"],
  ["resourcequotas", "ResourceQuota"],
  ["limitranges", "LimitRange"],
  ["leases.coordination.k8s.io", "Lease"],
  ["validatingwebhookconfigurations.admissionregistration.k8s.io", "WebhookConfiguration"],
  ["mutatingwebhookconfigurations.admissionregistration.k8s.io", "WebhookConfiguration"],
  ["apiservices.apiregistration.k8s.io", "APIService"],
  ["customresourcedefinitions.apiextensions.k8s.io", "CustomResourceDefinition"],
  ["certificatesigningrequests.certificates.k8s.io", "CertificateSigningRequest"],
  ["events", "Event"],
  ["nodes.metrics.k8s.io", "NodeMetrics"],
  ["pods.metrics.k8s.io", "PodMetrics"],
];

/** How kubeadm has set the cluster up: read where somebody asks for it. */
const configMaps = [
  "kubeadm-config",
  "kubelet-config",
  "kube-proxy",
  "coredns",
  ...proportionalFacts.configMaps,
];

/** What is read: the cluster that kubectl names, and whether its configuration too. */
export interface LiveTarget extends KubectlTarget {
  readonly withConfig?: boolean;
}

/** Without these there is nothing to rehearse; of all others the report says that they are not given. */
const needed: ReadonlySet<Kind> = new Set<Kind>(["Node", "Pod"]);

/** How many kubectl run at once. */
const atOnce = 4;

export interface LiveCluster {
  readonly name: string;
  /** The moment of reading: a live cluster has no newest timestamp that would do. */
  readonly now: number;
}

/**
 * Reads the live cluster by `kubectl get`, with the caller's own kubeconfig and rights.
 * Throws InputError where there is no kubectl, no cluster, or no right to read it.
 */
export async function readLive(reader: ClusterReader, target: LiveTarget): Promise<LiveCluster> {
  const now = Date.now();
  const name = target.context ?? (await currentContext(target));
  for (const kind of await readEach(target, reader)) reader.asked(kind);
  return { name, now };
}

/**
 * Hands every object of the live cluster to a sink, and returns the kinds of which all were read: without a right to
 * read it, or where the cluster does not have it, a kind is left out. Throws InputError as `readLive` does.
 */
export async function readEach(target: LiveTarget, sink: DocumentSink): Promise<readonly Kind[]> {
  const waiting = [...snapshotResources];
  const failed = new Set<Kind>();
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [resource, kind] = next;
      if (!(await readResource(sink, target, resource, kind))) failed.add(kind);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (target.withConfig) await readConfiguration(target, sink);
  return [...new Set(snapshotResources.map(([, kind]) => kind))].filter((kind) => !failed.has(kind));
}

/** Throws InputError where there is no right to read it: somebody asked for it. */
async function readConfiguration(target: KubectlTarget, sink: DocumentSink): Promise<void> {
  const words = ["get", "configmaps", ...configMaps, "-n", "kube-system", "--ignore-not-found", "-o", "json"];
  const chunks: Buffer[] = [];
  const outcome = await runKubectl(target, words, (chunk) => void chunks.push(chunk));
  if (!outcome.ok) throw new InputError(`kubectl get configmaps -n kube-system failed: ${outcome.message}`);
  // kubectl prints nothing at all where none of them is there.
  if (chunks.length === 0) return;
  const document = new DocumentReader("kubectl get configmaps", sink);
  for (const chunk of chunks) document.push(chunk);
  document.end();
}

/** The context that kubectl reads from. Throws InputError where there is none. */
export async function currentContext(target: KubectlTarget): Promise<string> {
  let text = "";
  const outcome = await runKubectl(
    target,
    ["config", "current-context"],
    (chunk) => (text += chunk.toString("utf8")),
  );
  if (outcome.ok && text.trim() !== "") return text.trim();
  const why = !outcome.ok && outcome.missing ? "kubectl is not installed" : "kubectl has no current context";
  throw new InputError(
    `Which cluster? No --from was given, and ${why}.`,
    "Give a file: kubectl get nodes,pods,pdb,svc,deploy,rs,sts,ds,pv,pvc -A -o json > cluster.json",
    "              seatrial drain NODE --from cluster.json",
    "or choose a context: --context NAME",
  );
}

async function readResource(
  sink: DocumentSink,
  target: KubectlTarget,
  resource: string,
  kind: Kind,
): Promise<boolean> {
  const document = new DocumentReader(`kubectl get ${resource}`, sink);
  const words = ["get", resource, "--all-namespaces", "--chunk-size=500", "-o", "json"];
  const outcome = await runKubectl(target, words, (chunk) => void document.push(chunk));
  if (outcome.ok) document.end();
  else if (needed.has(kind)) throw new InputError(`kubectl get ${resource} failed: ${outcome.message}`);
  return outcome.ok;
}
