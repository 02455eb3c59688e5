import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ReliabilityBin","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/ReliabilityBin.md","filePath":"reference/api/baaljs/metrics/interfaces/ReliabilityBin.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/ReliabilityBin.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-reliabilitybin" tabindex="-1">Interface: ReliabilityBin <a class="header-anchor" href="#interface-reliabilitybin" aria-label="Permalink to &quot;Interface: ReliabilityBin&quot;">​</a></h1><p>The items whose confidence lies in <code>(low, high]</code> (in <code>[low, high]</code> for the first bin).</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-accuracy"></a> <code>accuracy</code></td><td><code>readonly</code></td><td><code>number</code> | <code>undefined</code></td><td>Share of the items whose most probable class is their target.</td></tr><tr><td><a id="property-confidence"></a> <code>confidence</code></td><td><code>readonly</code></td><td><code>number</code> | <code>undefined</code></td><td>Mean of the highest probabilities; <code>undefined</code> for an empty bin, as is <code>accuracy</code>.</td></tr><tr><td><a id="property-high"></a> <code>high</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-items"></a> <code>items</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-low"></a> <code>low</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/ReliabilityBin.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ReliabilityBin = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ReliabilityBin as default
};
