/**
 * The aggregated APIs that horizontal autoscalers read, by what a metric is of. Sources: kubernetes
 * pkg/controller/podautoscaler/metrics/client.go; kubernetes-sigs/metrics-server, manifests/base/apiservice.yaml;
 * kubernetes-sigs/prometheus-adapter, deploy/manifests; kedacore/keda, config/metrics-server/api_service.yaml.
 */
export const metricsApis = {
  resource: ["v1beta1.metrics.k8s.io"],
  custom: ["v1beta2.custom.metrics.k8s.io", "v1beta1.custom.metrics.k8s.io"],
  external: ["v1beta1.external.metrics.k8s.io"],
} as const;

/** Which of them a metric of this type is read from. */
export function metricsApiOf(
  type: "Resource" | "ContainerResource" | "Pods" | "Object" | "External",
): readonly string[] {
  if (type === "Resource" || type === "ContainerResource") return metricsApis.resource;
  return type === "External" ? metricsApis.external : metricsApis.custom;
}

/** Labels of the pods behind the resource metrics API, where no APIService in the input names their Service. */
const metricsServerLabels = [
  ["k8s-app", "metrics-server"],
  ["app.kubernetes.io/name", "metrics-server"],
] as const;

/** Whether a pod with these labels serves the resource metrics API. */
export function isMetricsServer(labels: Readonly<Record<string, string>>): boolean {
  return metricsServerLabels.some(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}
