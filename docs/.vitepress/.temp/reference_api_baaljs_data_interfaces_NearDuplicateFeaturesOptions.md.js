import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: NearDuplicateFeaturesOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/NearDuplicateFeaturesOptions.md","filePath":"reference/api/baaljs/data/interfaces/NearDuplicateFeaturesOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/NearDuplicateFeaturesOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-nearduplicatefeaturesoptions" tabindex="-1">Interface: NearDuplicateFeaturesOptions <a class="header-anchor" href="#interface-nearduplicatefeaturesoptions" aria-label="Permalink to &quot;Interface: NearDuplicateFeaturesOptions&quot;">​</a></h1><p>Options of <a href="./../functions/nearDuplicateFeatures.html">nearDuplicateFeatures</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-findneighbours"></a> <code>findNeighbours?</code></td><td><code>readonly</code></td><td><a href="./../../strategies/type-aliases/FindNeighbours.html"><code>FindNeighbours</code></a></td><td>Exact search by default; an approximate one for very many items.</td></tr><tr><td><a id="property-k"></a> <code>k?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Neighbours that are looked at first; more where all of them are within the radius. 8 by default.</td></tr><tr><td><a id="property-metric"></a> <code>metric?</code></td><td><code>readonly</code></td><td><a href="./../../strategies/type-aliases/Metric.html"><code>Metric</code></a></td><td><code>&quot;cosine&quot;</code> by default.</td></tr><tr><td><a id="property-radius"></a> <code>radius</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Largest distance of a pair, in the units of the metric: for <code>&quot;cosine&quot;</code> 1 less the cosine of the angle.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/NearDuplicateFeaturesOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const NearDuplicateFeaturesOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  NearDuplicateFeaturesOptions as default
};
