/**
 * Whether `url` is to be reached directly although a proxy is set, by the rules of `no_proxy` that curl and
 * @actions/http-client share: `*`, a host, a domain with or without its leading dot, each with an optional port.
 */
export function bypassesProxy(url: URL, noProxy: string): boolean {
  if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(',')
    .map((rule) => rule.trim())
    .filter(Boolean)
    .some((rule) => {
      const [host = '', rulePort = port] = rule.split(':');
      const domain = host.replace(/^\*?\./, '');
      return host === '*' || (rulePort === port && (url.hostname === domain || url.hostname.endsWith(`.${domain}`)));
    });
}
