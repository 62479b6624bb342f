import type { ObjectMeta } from "./meta.ts";
import type { Resources } from "./pod.ts";
import type { Taint } from "./taint.ts";

export interface NodeCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly since?: number;
  readonly heartbeat?: number;
}

export interface NodeImage {
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

export interface NodeInfo {
  readonly kubeletVersion: string;
  readonly kubeProxyVersion: string;
  readonly containerRuntimeVersion: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
}

export interface Node extends ObjectMeta {
  readonly kind: "Node";
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly providerID: string;
  readonly allocatable: Resources;
  readonly capacity: Resources;
  readonly conditions: readonly NodeCondition[];
  readonly images: readonly NodeImage[];
  readonly info: NodeInfo;
  readonly internalIP: string;
  /** Where the addresses of its pods come from: `10.244.1.0/24`; empty where the network does without. */
  readonly podCIDR: string;
}

export function nodeCondition(node: Node, type: string): NodeCondition | undefined {
  return node.conditions.find((condition) => condition.type === type);
}

/** Whether its kubelet reports Ready; a node that never reported a condition is not. */
export function isNodeReady(node: Node): boolean {
  return nodeCondition(node, "Ready")?.status === "True";
}

/** The label prefix and the older labels by which kubeadm and others mark a control-plane node. */
export function isControlPlane(node: Node): boolean {
  return (
    Object.hasOwn(node.labels, "node-role.kubernetes.io/control-plane") ||
    Object.hasOwn(node.labels, "node-role.kubernetes.io/master")
  );
}
