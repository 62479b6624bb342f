import { isGiven } from "../../model/cluster.ts";
import { matchesSelector } from "../../model/selector.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { counted, listed } from "../../lib/counted.ts";
import { departingPods, drainsOf } from "../drained-pods.ts";
import { definePreflightRule } from "../rule.ts";
import { podRequest, selectsNamespace, webhooksAsked } from "../../model/webhook.ts";

/**
 * Webhooks that are asked about evictions themselves (or, with --disable-eviction, about deletions): they may refuse
 * what the budgets allow, and what they say is not known here. kubectl's Eviction has no labels: an
 * objectSelector that asks for one leaves it out. Source: kubernetes.io, Dynamic Admission Control; pkg/registry/core/pod/storage.
 */
export const evictionWebhook = definePreflightRule({
  id: "eviction-webhook",
  severity: "info",
  title: "A webhook may refuse evictions",
  check: (preflight) => {
    const { cluster, scope } = preflight;
    if (!isGiven(cluster, "WebhookConfiguration")) return [];
    const drains = drainsOf(preflight);
    const isDeleting = drains.length > 0 && drains.every(({ options }) => options.disableEviction);
    const request = isDeleting ? podRequest.delete : podRequest.evict;
    const namespaces = [...new Set(departingPods(preflight).map(({ namespace }) => namespace))];
    return cluster.objects.WebhookConfiguration.flatMap((configuration) => {
      const asked = webhooksAsked(cluster, request).filter(
        (each) =>
          each.configuration === configuration &&
          (isDeleting || matchesSelector(each.webhook.objectSelector, {})) &&
          namespaces.some((namespace) => selectsNamespace(cluster, each.webhook, namespace)),
      );
      if (asked.length === 0 || (scope === "plan" && drains.length === 0)) return [];
      const covered = namespaces.filter((namespace) =>
        asked.some(({ webhook }) => selectsNamespace(cluster, webhook, namespace)),
      );
      const closed = asked.filter(({ webhook }) => webhook.failurePolicy === "Fail").length;
      return [
        {
          subject: configuration.name,
          weight: 40 + closed,
          message: `is asked about every ${isDeleting ? "deletion" : "eviction"} of a pod in ${counted(covered.length, "namespace")}, and may refuse it: not modelled`,
          details: [
            `${configuration.kind}, webhook ${listed(asked.map(({ webhook }) => webhook.name))}: ${listed(covered)}.`,
            `failurePolicy Fail for ${closed} of ${asked.length}.${isByKubectl(preflight) ? " kubectl retries only what is refused with 429." : ""}`,
          ],
          data: {
            configuration: configuration.name,
            webhooks: asked.map(({ webhook }) => webhook.name),
            namespaces: covered,
            failClosed: closed,
          },
        },
      ];
    });
  },
});
