import { groupBy } from "../../lib/order.ts";
import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import { replacedPods } from "../drained-pods.ts";
import { hasReadyEndpoint, serviceAt, unreadiness } from "../ready-endpoints.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule } from "../rule.ts";
import {
  podRequest,
  selectsNamespace,
  selectsObject,
  webhooksAsked,
  whyUnknown,
} from "../../model/webhook.ts";

/**
 * A fail-closed webhook for pods whose Service has no Ready pod now: whatever a drain evicts where it is asked cannot
 * be created again. Source: kubernetes.io, Dynamic Admission Control, "Failure policy".
 */
export const webhookUnanswered = definePreflightRule({
  id: "webhook-unanswered",
  severity: "warning",
  title: "Nobody answers a fail-closed webhook for pods",
  check: (preflight) => {
    const { cluster, index } = preflight;
    if (!isGiven(cluster, "Pod") || !isGiven(cluster, "Service")) return [];
    const closed = webhooksAsked(cluster, podRequest.create).filter(
      ({ webhook }) => webhook.failurePolicy === "Fail" && webhook.service !== undefined,
    );
    return [...groupBy(closed, ({ webhook }) => keyOf(webhook.service!))].flatMap(([key, webhooks]) => {
      const service = serviceAt(preflight, key);
      // A Service without a selector is answered by something that is not known here.
      if (service && (!service.selector || hasReadyEndpoint(preflight, service))) return [];
      const names = [...new Set(webhooks.map(({ configuration }) => configuration.name))];
      const namespaces = cluster.objects.Namespace.filter(({ name }) =>
        webhooks.some(({ webhook }) => selectsNamespace(cluster, webhook, name)),
      ).map(({ name }) => name);
      const pods = service ? index.podsOfService(service) : [];
      const asked = replacedPods(preflight).filter((pod) =>
        webhooks.some(({ webhook }) => selectsObject(cluster, webhook, pod)),
      ).length;
      const isRehearsed =
        preflight.scope === "plan" &&
        webhooks.every(({ webhook }) => whyUnknown(cluster, webhook) === undefined);
      const effect =
        asked === 0
          ? "none of the pods that a drain evicts is subject to it"
          : `${counted(asked, "pod")} that a drain evicts ${verb(asked, "is", "are")} subject to it and cannot be created again`;
      return [
        {
          subject: key,
          // What a rehearsal shows by itself is said there.
          ...(asked === 0 || isRehearsed ? { severity: "info" as const } : {}),
          weight: asked === 0 ? 20 : 345,
          message: service
            ? `should answer ${listed(names)} (failurePolicy Fail), and ${unreadiness(pods.length)}: ${effect}`
            : `should answer ${listed(names)} (failurePolicy Fail), and the input has no such Service: if the cluster has none, ${effect}`,
          details: [
            ...(namespaces.length > 0
              ? [
                  `It is asked about pods of ${counted(namespaces.length, "namespace")}: ${listed(namespaces)}.`,
                ]
              : []),
            "The API server refuses such pods until it answers.",
          ],
          data: { service: key, webhooks: names, namespaces, pods: pods.length, asked },
        },
      ];
    });
  },
});
