import { signers } from "../../facts/certificates.ts";
import { groupBy } from "../../lib/order.ts";
import type { CertificateSigningRequest } from "../../model/signing-request.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/** Requests for certificates that nobody has approved, or nobody has signed. Source: facts/certificates.ts. */
export const signingRequestPending = definePreflightRule({
  id: "signing-request-pending",
  severity: "warning",
  title: "A request for a certificate waits for its approval or its signer",
  check: ({ cluster, scope, target }) => {
    if (scope === "plan" && !target) return [];
    const open = cluster.objects.CertificateSigningRequest.filter(
      ({ state, isIssued }) => state === "pending" || (state === "approved" && !isIssued),
    );
    const groups = groupBy(open, ({ signerName, state }) => `${signerName} ${state}`);
    return [...groups.values()].map(finding);
  },
});

const consequence: Readonly<Record<string, string>> = {
  [signers.kubeletServing]:
    "until then kubectl logs and exec, and metrics of these nodes, meet a kubelet without a certificate that is trusted",
  [signers.kubeletClient]:
    "until then the kubelet cannot join, or goes on with its old certificate until that runs out",
};

function finding(group: readonly CertificateSigningRequest[]): FindingDraft {
  const { signerName, state } = group[0]!;
  const names = group.map(({ name }) => name);
  const who = [...new Set(group.map(({ username }) => username))].filter((each) => each !== "");
  const then = consequence[signerName];
  const waits = verb(group.length, "waits", "wait");
  return {
    subject: signerName,
    ...(then === undefined ? { severity: "info" as const } : {}),
    weight: 230,
    message: `${counted(group.length, "request")} by ${listed(who)} ${waits} for ${state === "pending" ? "approval" : "the signer, approved"}${then === undefined ? "" : `: ${then}`}`,
    details: [
      ...(state === "pending"
        ? [
            `Look who asks for which names, then: kubectl certificate approve ${names.slice(0, 3).map(shellWord).join(" ")}${names.length > 3 ? " …" : ""}`,
            `What is neither approved nor denied is deleted after ${signers.pendingHours} h; a kubelet asks again.`,
          ]
        : [
            "kube-controller-manager signs it with --cluster-signing-cert-file and --cluster-signing-key-file.",
          ]),
      ...(signerName === signers.kubeletServing
        ? [
            "Kubernetes itself approves no kubelet-serving request: an approver has to be installed, or a person does it.",
          ]
        : []),
      signers.source,
    ],
    data: { signer: signerName, state, requests: names, users: who },
  };
}
