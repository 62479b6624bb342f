import type { FlaggedProgram } from "../facts/control-plane-flags.ts";
import type { Flags } from "./command-line.ts";
import type { ProportionalParameters } from "./proportional-autoscaler.ts";

/**
 * What kubeadm's ConfigMaps in kube-system, and that of the autoscaler of cluster DNS, tell of how a cluster is set up, where the input holds them. What they leave
 * unset stays unset here: the default is a fact of the version that runs.
 */
export interface ClusterConfiguration {
  readonly kubeadm?: KubeadmConfiguration;
  readonly kubelet?: KubeletConfiguration;
  readonly kubeProxy?: KubeProxyConfiguration;
  readonly coreDNS?: CoreDNSConfiguration;
  /** Parameters of autoscalers of cluster DNS, by the name of their ConfigMap. */
  readonly proportional?: Readonly<Record<string, ProportionalParameters>>;
}

/** ConfigMap kubeadm-config, ClusterConfiguration. */
export interface KubeadmConfiguration {
  /** What `kubeadm upgrade apply` has brought the cluster to; empty where it does not say. */
  readonly kubernetesVersion: string;
  readonly etcd: "local" | "external";
  /** How long certificates that kubeadm makes are valid, in milliseconds. */
  readonly certificateValidityMillis?: number;
  /** Flags that kubeadm adds to a component's command line. */
  readonly extraArgs: { readonly [K in FlaggedProgram]?: Flags };
}

/** ConfigMap kubelet-config, KubeletConfiguration: the one that kubeadm gives to every node. */
export interface KubeletConfiguration {
  readonly rotateCertificates?: boolean;
  readonly serverTLSBootstrap?: boolean;
  readonly cgroupDriver?: string;
  readonly failCgroupV1?: boolean;
  readonly nodeLeaseDurationSeconds?: number;
  /** Milliseconds. */
  readonly shutdownGracePeriod?: number;
  readonly shutdownGracePeriodCriticalPods?: number;
}

/** ConfigMap kube-proxy. */
export interface KubeProxyConfiguration {
  /** `iptables`, `ipvs`, `nftables`; empty: the default of its version. */
  readonly mode: string;
}

/** ConfigMap coredns, its Corefile. */
export interface CoreDNSConfiguration {
  /** How long it goes on answering once it is told to stop, in milliseconds. */
  readonly lameduckMillis?: number;
}
