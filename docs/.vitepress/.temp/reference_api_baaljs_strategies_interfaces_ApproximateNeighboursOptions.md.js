import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ApproximateNeighboursOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/ApproximateNeighboursOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/ApproximateNeighboursOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/ApproximateNeighboursOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-approximateneighboursoptions" tabindex="-1">Interface: ApproximateNeighboursOptions <a class="header-anchor" href="#interface-approximateneighboursoptions" aria-label="Permalink to &quot;Interface: ApproximateNeighboursOptions&quot;">​</a></h1><p>The options of <a href="./../functions/approximateNeighbours.html">approximateNeighbours</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-connectivity"></a> <code>connectivity?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Links per point of the index; 16 by default. More find more, and take more time and memory.</td></tr><tr><td><a id="property-expansionadd"></a> <code>expansionAdd?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Points looked at to place a point in the index; 128 by default.</td></tr><tr><td><a id="property-expansionsearch"></a> <code>expansionSearch?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Points looked at per query, twice <code>k</code> at least; 64 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/ApproximateNeighboursOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ApproximateNeighboursOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ApproximateNeighboursOptions as default
};
