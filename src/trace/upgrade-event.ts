import type { ComponentName } from "../model/components.ts";

/** What happens to the control plane and to the versions of a cluster's components. */
export type UpgradeEvent =
  /**
   * kubeadm begins on a control-plane node (`apply`, `node`, `join` on a new one), somebody with a node's kubelet, or a provider with the
   * control plane that it manages: then there is no node.
   */
  | {
      readonly kind: "upgrade.started";
      readonly node: string;
      readonly what: "apply" | "node" | "kubelet" | "managed" | "certificates" | "join";
      readonly to: string;
    }
  /** A component of a control-plane node stops, and is to come back with another version. */
  | { readonly kind: "component.down"; readonly component: ComponentName; readonly node: string }
  /**
   * It runs with this version from now on. `node` is empty where the component has no node of its own, `from` where it
   * did not run there before.
   */
  | {
      readonly kind: "component.upgraded";
      readonly component: ComponentName;
      readonly node: string;
      readonly from: string;
      readonly to: string;
    }
  /** Nobody does the work of this component until one of its instances is elected. */
  | { readonly kind: "leader.lost"; readonly component: LedComponent; readonly node: string }
  | { readonly kind: "leader.elected"; readonly component: LedComponent; readonly node: string }
  | { readonly kind: "api.down"; readonly reason: "no-server" | "no-quorum" | "managed" }
  | { readonly kind: "api.up" }
  | { readonly kind: "etcd.members"; readonly members: number; readonly healthy: number }
  /** A new member copies etcd's data, and has no vote yet. */
  | { readonly kind: "etcd.learning"; readonly node: string }
  /** The member of this node counts from now on, or does not any more. */
  | { readonly kind: "etcd.memberAdded"; readonly node: string }
  | { readonly kind: "etcd.memberRemoved"; readonly node: string }
  | { readonly kind: "etcd.backedUp"; readonly backup: string }
  /** Everything that writes is stopped, and the members get another history. */
  | { readonly kind: "etcd.restoring"; readonly backup: string }
  /** etcd holds what it held at `takenAt` (milliseconds). */
  | { readonly kind: "etcd.restored"; readonly backup: string; readonly takenAt: number }
  /** A component of a control-plane node runs again, as it was. */
  | { readonly kind: "component.up"; readonly component: ComponentName; readonly node: string }
  /** A certificate of a control-plane node has run out. */
  | { readonly kind: "certificate.lapsed"; readonly name: string; readonly node: string }
  /** Those of a node that kubeadm can renew are valid for as long again. */
  | { readonly kind: "certificates.renewed"; readonly node: string };

/** Components of which one instance works and the others wait. */
export type LedComponent = "kube-controller-manager" | "kube-scheduler";
