import type { ObjectMeta } from "./meta.ts";

/** Somebody asks for a certificate. */
export interface CertificateSigningRequest extends ObjectMeta {
  readonly kind: "CertificateSigningRequest";
  /** `kubernetes.io/kubelet-serving`. */
  readonly signerName: string;
  /** Who asks: `system:node:node-1`. */
  readonly username: string;
  /** `pending`: nobody has approved or denied it. `approved` ones may still wait for their signer. */
  readonly state: "pending" | "approved" | "denied" | "failed";
  readonly isIssued: boolean;
}
