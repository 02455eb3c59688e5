import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: KnnDistanceOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/KnnDistanceOptions.md","filePath":"reference/api/baaljs/heuristics/interfaces/KnnDistanceOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/KnnDistanceOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-knndistanceoptions" tabindex="-1">Interface: KnnDistanceOptions <a class="header-anchor" href="#interface-knndistanceoptions" aria-label="Permalink to &quot;Interface: KnnDistanceOptions&quot;">​</a></h1><p>The options of <a href="./../functions/knnDistance.html">knnDistance</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-findneighbours"></a> <code>findNeighbours?</code></td><td><code>readonly</code></td><td><a href="./../../strategies/type-aliases/FindNeighbours.html"><code>FindNeighbours</code></a></td><td>Exact search by default.</td></tr><tr><td><a id="property-neighbours"></a> <code>neighbours?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Which of the nearest labelled items the distance is taken to, the farthest of all where there are fewer; 10 by default. (The paper takes 50 of 50,000: one that grows with the number of labelled items.)</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/KnnDistanceOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const KnnDistanceOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  KnnDistanceOptions as default
};
