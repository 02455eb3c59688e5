import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CachedFeaturesOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/CachedFeaturesOptions.md","filePath":"reference/api/baaljs/data/interfaces/CachedFeaturesOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/CachedFeaturesOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-cachedfeaturesoptions" tabindex="-1">Interface: CachedFeaturesOptions <a class="header-anchor" href="#interface-cachedfeaturesoptions" aria-label="Permalink to &quot;Interface: CachedFeaturesOptions&quot;">​</a></h1><p>Options of <a href="./../functions/cachedFeatures.html">cachedFeatures</a>: where the vectors are kept, and how many bytes of them.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-chunksize"></a> <code>chunkSize?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items whose vectors are computed, and then on disk, at once. 256 by default: what a killed process loses at most.</td></tr><tr><td><a id="property-folder"></a> <code>folder</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Where the cache is kept. Several encoders, data sets and processes may use it at the same time.</td></tr><tr><td><a id="property-maxbytes"></a> <code>maxBytes?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most bytes of the folder&#39;s vectors, 1 GiB by default; those that were of no use for longest are dropped.</td></tr><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td>(<code>event</code>) =&gt; <code>void</code></td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/CachedFeaturesOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CachedFeaturesOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CachedFeaturesOptions as default
};
