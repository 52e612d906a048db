import http from 'node:http';
import https from 'node:https';

/** @import {ClientRequest} from 'node:http' */
/** @import {Proxy} from '../protocol/types.mjs' */

/** What a workflow runs beside itself, such as a browser that it drives through a port. */
const OWN = ['localhost', '127.0.0.1', '::1'];

/**
 * Sends what the workflow's own process asks of the world through the proxy of its page: fetch, and whatever uses the
 * default agents of http and https, as most clients do. The packages for it are loaded only where there is a proxy.
 *
 * @param {Proxy} proxy
 * @returns {Promise<boolean>} false for a proxy that is not an HTTP one
 */
export async function leaveThrough({ server, username, password }) {
  const url = new URL(/^\w+:\/\//.test(server) ? server : `http://${server}`);
  if (!/^https?:$/.test(url.protocol)) {
    return false;
  }
  url.username = encodeURIComponent(username ?? '');
  url.password = encodeURIComponent(password ?? '');
  const [{ Agent }, { HttpProxyAgent }, { HttpsProxyAgent }, { EnvHttpProxyAgent, setGlobalDispatcher }] =
    await Promise.all([
      import('agent-base'),
      import('http-proxy-agent'),
      import('https-proxy-agent'),
      import('undici'),
    ]);
  const noProxy = OWN.map((host) => (host.includes(':') ? `[${host}]` : host)).join();
  setGlobalDispatcher(new EnvHttpProxyAgent({ httpProxy: url.href, httpsProxy: url.href, noProxy }));
  const options = { keepAlive: true };
  const direct = { plain: new http.Agent(options), secure: new https.Agent(options) };
  const away = { plain: new HttpProxyAgent(url, options), secure: new HttpsProxyAgent(url, options) };

  /** Node asks it for a connection. */
  class ByHost extends Agent {
    /** @param {ClientRequest} _request @param {import('agent-base').AgentConnectOpts} options */
    connect(_request, { host, secureEndpoint }) {
      const { plain, secure } = OWN.includes(host ?? 'localhost') ? direct : away;
      return secureEndpoint ? secure : plain;
    }
  }
  http.globalAgent = new ByHost(options);
  https.globalAgent = /** @type {https.Agent} */ (/** @type {unknown} */ (new ByHost(options)));
  return true;
}
