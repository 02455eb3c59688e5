import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelPropagationOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/LabelPropagationOptions.md","filePath":"reference/api/baaljs/data/interfaces/LabelPropagationOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/LabelPropagationOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelpropagationoptions" tabindex="-1">Interface: LabelPropagationOptions <a class="header-anchor" href="#interface-labelpropagationoptions" aria-label="Permalink to &quot;Interface: LabelPropagationOptions&quot;">​</a></h1><p>Options of <a href="./../functions/labelPropagation.html">labelPropagation</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-alpha"></a> <code>alpha?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>How far labels spread, in (0, 1): 0.99 by default.</td></tr><tr><td><a id="property-bandwidth"></a> <code>bandwidth?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>For <code>&quot;euclidean&quot;</code>: standard deviation of the Gaussian that weighs a neighbour; the mean distance to a neighbour by default.</td></tr><tr><td><a id="property-findneighbours"></a> <code>findNeighbours?</code></td><td><code>readonly</code></td><td><a href="./../../strategies/type-aliases/FindNeighbours.html"><code>FindNeighbours</code></a></td><td>Exact search by default; an approximate one for very many items.</td></tr><tr><td><a id="property-gamma"></a> <code>gamma?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>For <code>&quot;cosine&quot;</code>: the power of the cosine that weighs a neighbour, 3 by default.</td></tr><tr><td><a id="property-k"></a> <code>k?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Neighbours of an item; 50 by default (10 to 50 for small data sets).</td></tr><tr><td><a id="property-maxiterations"></a> <code>maxIterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>1000 by default.</td></tr><tr><td><a id="property-metric"></a> <code>metric?</code></td><td><code>readonly</code></td><td><a href="./../../strategies/type-aliases/Metric.html"><code>Metric</code></a></td><td><code>&quot;cosine&quot;</code> by default.</td></tr><tr><td><a id="property-tolerance"></a> <code>tolerance?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Relative residual at which the solution is good enough, 1e-8 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/LabelPropagationOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelPropagationOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelPropagationOptions as default
};
