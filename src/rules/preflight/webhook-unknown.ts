import { selectsObject, webhookRef, webhooksAsked, podRequest, whyUnknown } from "../../model/webhook.ts";
import { replacedPods } from "../drained-pods.ts";
import { counted } from "../../lib/counted.ts";
import { definePreflightRule } from "../rule.ts";

/**
 * Fail-closed webhooks that are asked about the new pods of a drain, and of which the input does not tell who answers
 * or whether they are asked: a rehearsal takes it that they let everything through. Source: kubernetes.io, Dynamic
 * Admission Control ("Contacting the webhook", "Matching requests: matchConditions").
 */
export const webhookUnknown = definePreflightRule({
  id: "webhook-unknown",
  severity: "info",
  title: "Whether a fail-closed webhook is answered is not known",
  check: (preflight) => {
    const { cluster } = preflight;
    return webhooksAsked(cluster, podRequest.create).flatMap((placed) => {
      const { webhook } = placed;
      const why = webhook.failurePolicy === "Fail" ? whyUnknown(cluster, webhook) : undefined;
      if (why === undefined) return [];
      const asked = replacedPods(preflight).filter((pod) => selectsObject(cluster, webhook, pod)).length;
      if (asked === 0) return [];
      return [
        {
          subject: webhookRef(placed),
          weight: 30,
          message: `may refuse ${counted(asked, "new pod")} of a drain: ${why}`,
          details: [
            "failurePolicy Fail. A rehearsal takes it that it is answered, and that it lets them through.",
          ],
          data: { webhook: webhook.name, asked, why },
        },
      ];
    });
  },
});
