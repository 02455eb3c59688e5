import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CachedFeaturesProgress","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/CachedFeaturesProgress.md","filePath":"reference/api/baaljs/data/interfaces/CachedFeaturesProgress.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/CachedFeaturesProgress.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-cachedfeaturesprogress" tabindex="-1">Interface: CachedFeaturesProgress <a class="header-anchor" href="#interface-cachedfeaturesprogress" aria-label="Permalink to &quot;Interface: CachedFeaturesProgress&quot;">​</a></h1><p>How far <a href="./../functions/cachedFeatures.html">cachedFeatures</a> is.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-done"></a> <code>done</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items done.</td></tr><tr><td><a id="property-reused"></a> <code>reused</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items whose vectors came from the cache, or from another item of the same content.</td></tr><tr><td><a id="property-total"></a> <code>total</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-type"></a> <code>type</code></td><td><code>readonly</code></td><td><code>&quot;features&quot;</code> | <code>&quot;keys&quot;</code></td><td><code>&quot;keys&quot;</code>: contents were read and named; <code>&quot;features&quot;</code>: vectors are there.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/CachedFeaturesProgress.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CachedFeaturesProgress = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CachedFeaturesProgress as default
};
