/**
 * Labels that a node has again when its kubelet registers it anew. Source: kubernetes.io, Well-Known Labels (which
 * component sets each); labels that a kubelet is given by flag (--node-labels) come back too, and cannot be told from others.
 */
const byKubelet = /^(beta\.)?kubernetes\.io\/(hostname|os|arch)$|^node\.kubernetes\.io\/windows-build$/;

/** Set by a cloud's controller, or by a kubelet that knows its cloud. */
const byCloud =
  /^(beta\.kubernetes\.io|node\.kubernetes\.io)\/instance-type$|^(topology\.kubernetes\.io|failure-domain\.beta\.kubernetes\.io)\/(zone|region)$/;

export function isKubeletLabel(key: string): boolean {
  return byKubelet.test(key);
}

export function isCloudLabel(key: string): boolean {
  return byCloud.test(key);
}
