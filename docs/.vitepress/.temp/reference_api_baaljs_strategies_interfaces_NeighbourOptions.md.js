import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: NeighbourOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/NeighbourOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/NeighbourOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/NeighbourOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-neighbouroptions" tabindex="-1">Interface: NeighbourOptions <a class="header-anchor" href="#interface-neighbouroptions" aria-label="Permalink to &quot;Interface: NeighbourOptions&quot;">​</a></h1><p>The options of a search for neighbours.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-metric"></a> <code>metric?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Metric.html"><code>Metric</code></a></td><td><code>&quot;euclidean&quot;</code> by default; <code>&quot;cosine&quot;</code> is 1 less the cosine of the angle, from 0 to 2.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/NeighbourOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const NeighbourOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  NeighbourOptions as default
};
