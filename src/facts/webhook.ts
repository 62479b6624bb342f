/**
 * What the API server says when an admission webhook with failurePolicy Fail cannot be called.
 * Sources: apiserver pkg/admission/plugin/webhook/errors/statuserror.go and pkg/util/webhook/error.go (the frame),
 * apiserver pkg/util/proxy/proxy.go, ResolveEndpoint (the end, where no endpoint is ready), net/http (a time-out); as
 * users report it: spinframework/spin-operator#179, kubernetes-sigs/aws-load-balancer-controller#4140. An API server
 * without --enable-aggregator-routing asks the Service's address instead, and ends with `connect: connection refused`.
 */
export const webhookFacts = {
  code: 500,
  reason: "InternalError",
  message: (webhook: string, url: string, end: string) =>
    `Internal error occurred: failed calling webhook "${webhook}": failed to call webhook: Post "${url}": ${end}`,
  url: (
    service: { readonly namespace: string; readonly name: string; readonly port: number },
    path: string,
  ) => `https://${service.name}.${service.namespace}.svc:${service.port}${path}`,
  noEndpoints: (service: string) => `no endpoints available for service "${service}"`,
  timedOut: "context deadline exceeded",
} as const;
