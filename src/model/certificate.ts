/** A certificate of a control-plane node, as `kubeadm certs check-expiration` tells of it. */
export interface Certificate {
  /** As kubeadm calls it: `apiserver`, `etcd-server`, `admin.conf`, `ca`. */
  readonly name: string;
  /** The node that it is on; empty where that is not said and there are several. */
  readonly node: string;
  /** Whether it signs others: nothing renews it. */
  readonly isAuthority: boolean;
  /** Epoch milliseconds; undefined: its file is missing. */
  readonly expiresAt?: number;
  /** Somebody else's authority has signed it, whose key kubeadm does not have: it cannot renew it. */
  readonly isExternal: boolean;
  /** What tells of it: a file. */
  readonly toldBy: string;
}

/** `apiserver of cp-1`, `ca`: what a sentence calls it. */
export function certificateName({ name, node }: Pick<Certificate, "name" | "node">): string {
  return node === "" ? name : `${name} of ${node}`;
}
