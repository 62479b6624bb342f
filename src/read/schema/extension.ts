import { z } from "zod";
import type { CertificateSigningRequest } from "../../model/signing-request.ts";
import { latestExpiry } from "../x509.ts";
import type { CustomResourceDefinition } from "../../model/custom-resource.ts";
import { fields, flag, list, optionalCount, requiredText, section, selectorOrAll, text } from "./fields.ts";

/** What extends the API: webhooks, aggregated API servers, definitions of custom resources. */

const serviceReference = fields({ namespace: text(), name: text() }).nullish();

const webhookService = fields({
  namespace: text(),
  name: text(),
  port: optionalCount,
  path: text(),
}).nullish();

/** Of a bundle of authorities only when the last of them runs out. */
const caExpiry = z
  .string()
  .nullish()
  .transform((base64) => (base64 ? latestExpiry(base64) : undefined));

const requestState: Readonly<Record<string, CertificateSigningRequest["state"]>> = {
  Approved: "approved",
  Denied: "denied",
  Failed: "failed",
};

/** certificates.k8s.io/v1 and v1beta1, where the signer may be missing. */
export const signingRequest = fields({
  spec: section({ signerName: text("kubernetes.io/legacy-unknown"), username: text() }),
  status: section({
    conditions: list(fields({ type: text(), status: text("True") })),
    certificate: z.unknown().optional(),
  }),
}).transform(
  ({ spec, status }): Pick<CertificateSigningRequest, "signerName" | "username" | "state" | "isIssued"> => {
    const states = status.conditions.flatMap(({ type }) => requestState[type] ?? []);
    return {
      ...spec,
      // A failed one was approved before.
      state: states.find((each) => each !== "approved") ?? states[0] ?? "pending",
      isIssued: typeof status.certificate === "string" && status.certificate !== "",
    };
  },
);

export const webhookConfiguration = fields({
  apiVersion: text(),
  webhooks: list(
    fields({
      name: text(),
      failurePolicy: z.enum(["Fail", "Ignore"]).nullish(),
      timeoutSeconds: optionalCount,
      clientConfig: section({ service: webhookService, url: text(), caBundle: caExpiry }),
      rules: list(
        fields({
          operations: list(requiredText),
          apiGroups: list(requiredText),
          apiVersions: list(requiredText),
          resources: list(requiredText),
          scope: text("*"),
        }),
      ),
      namespaceSelector: selectorOrAll,
      objectSelector: selectorOrAll,
      matchConditions: list(z.unknown()),
      matchPolicy: z.enum(["Exact", "Equivalent"]).nullish(),
      admissionReviewVersions: list(requiredText),
    }),
  ),
}).transform(({ apiVersion, webhooks }) => {
  // Source: pkg/apis/admissionregistration/{v1,v1beta1}/defaults.go.
  const isBeta = apiVersion.endsWith("/v1beta1");
  return {
    webhooks: webhooks.map(
      ({ clientConfig, failurePolicy, timeoutSeconds, matchConditions, matchPolicy, ...rest }) => ({
        ...rest,
        matchPolicy: matchPolicy ?? (isBeta ? ("Exact" as const) : ("Equivalent" as const)),
        failurePolicy: failurePolicy ?? (isBeta ? ("Ignore" as const) : ("Fail" as const)),
        timeoutSeconds: timeoutSeconds ?? (isBeta ? 30 : 10),
        ...(clientConfig.service
          ? { service: { ...clientConfig.service, port: clientConfig.service.port ?? 443 } }
          : {}),
        url: clientConfig.url,
        ...(clientConfig.caBundle === undefined ? {} : { caExpiresAt: clientConfig.caBundle }),
        matchConditions: matchConditions.length,
      }),
    ),
  };
});

export const apiService = fields({
  spec: section({ service: serviceReference, caBundle: caExpiry }),
  status: section({ conditions: list(fields({ type: text(), status: text() })) }),
}).transform(({ spec, status }) => ({
  ...(spec.service ? { service: spec.service } : {}),
  ...(spec.caBundle === undefined ? {} : { caExpiresAt: spec.caBundle }),
  available: status.conditions.every(({ type, status }) => type !== "Available" || status === "True"),
}));

const conversionService = fields({ service: serviceReference }).nullish();

/** Both apiextensions.k8s.io/v1 and v1beta1, which has one version in `spec.version` and the webhook's fields a level up. */
export const customResourceDefinition = fields({
  spec: section({
    group: text(),
    names: section({ kind: text(), plural: text() }),
    version: text(),
    versions: list(
      fields({ name: requiredText, served: flag(true), storage: flag(false), deprecated: flag(false) }),
    ),
    conversion: section({
      strategy: text("None"),
      webhook: section({ clientConfig: conversionService, conversionReviewVersions: list(requiredText) }),
      webhookClientConfig: conversionService,
      conversionReviewVersions: list(requiredText),
    }),
  }),
  status: section({ storedVersions: list(requiredText) }),
}).transform(
  ({
    spec,
    status,
  }): Pick<CustomResourceDefinition, "group" | "names" | "versions" | "storedVersions" | "conversion"> => {
    const { group, names, version, versions, conversion } = spec;
    const only = version === "" ? [] : [{ name: version, served: true, storage: true, deprecated: false }];
    const { clientConfig, conversionReviewVersions } = conversion.webhook;
    const service = clientConfig?.service ?? conversion.webhookClientConfig?.service;
    return {
      group,
      names,
      versions: versions.length > 0 ? versions : only,
      storedVersions: status.storedVersions,
      ...(conversion.strategy === "Webhook"
        ? {
            conversion: {
              ...(service ? { service } : {}),
              reviewVersions: [...conversionReviewVersions, ...conversion.conversionReviewVersions],
            },
          }
        : {}),
    };
  },
);
