import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FetchImageOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/FetchImageOptions.md","filePath":"reference/api/baaljs/images/interfaces/FetchImageOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/FetchImageOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-fetchimageoptions" tabindex="-1">Interface: FetchImageOptions <a class="header-anchor" href="#interface-fetchimageoptions" aria-label="Permalink to &quot;Interface: FetchImageOptions&quot;">​</a></h1><p>How an image is downloaded, and which addresses are refused.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./ImageDownloadOptions.html"><code>ImageDownloadOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-allowprivateaddresses"></a> <code>allowPrivateAddresses?</code></td><td><code>readonly</code></td><td><code>boolean</code> | readonly <code>string</code>[]</td><td>Addresses of this machine, of local networks and of reserved ranges are refused: whoever may name an image could otherwise read what only this machine can reach. <code>true</code> allows all; a list allows these hosts, each as it stands in the address: <code>&quot;localhost:8080&quot;</code>.</td></tr><tr><td><a id="property-headers"></a> <code>headers?</code></td><td><code>readonly</code></td><td><code>Readonly</code>&lt;<code>Record</code>&lt;<code>string</code>, <code>string</code>&gt;&gt;</td><td>Sent to the first address&#39;s own host only, such as an <code>Authorization</code>.</td></tr><tr><td><a id="property-maxbytes"></a> <code>maxBytes?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Largest file, in bytes. 50 million by default.</td></tr><tr><td><a id="property-maxredirects"></a> <code>maxRedirects?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>5 by default.</td></tr><tr><td><a id="property-name"></a> <code>name?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The image&#39;s name in errors. By default its address, without a password.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-timeoutms"></a> <code>timeoutMs?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>For the whole download with its redirects, in milliseconds. 30,000 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/FetchImageOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FetchImageOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FetchImageOptions as default
};
