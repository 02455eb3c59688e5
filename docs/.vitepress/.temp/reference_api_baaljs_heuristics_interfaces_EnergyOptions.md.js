import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EnergyOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/EnergyOptions.md","filePath":"reference/api/baaljs/heuristics/interfaces/EnergyOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/EnergyOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-energyoptions" tabindex="-1">Interface: EnergyOptions <a class="header-anchor" href="#interface-energyoptions" aria-label="Permalink to &quot;Interface: EnergyOptions&quot;">​</a></h1><p>The options of <a href="./../functions/energy.html">energy</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./DenseOptions.html"><code>DenseOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-labelreduction"></a> <code>labelReduction?</code></td><td><code>readonly</code></td><td><code>number</code> | <a href="./../type-aliases/Reduction.html"><code>Reduction</code></a></td><td>For labels that are each predicted by itself (<code>sigmoidLogits</code>, <code>sigmoid</code>): how the scores of the labels, each of no against yes, become one. <code>&quot;sum&quot;</code> by default, what their entropies and informations are together; a number is that of the one label whose score counts.</td><td><a href="./DenseOptions.html"><code>DenseOptions</code></a>.<a href="./DenseOptions.html#property-labelreduction"><code>labelReduction</code></a></td></tr><tr><td><a id="property-reduction"></a> <code>reduction?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Reduction.html"><code>Reduction</code></a></td><td>For dense predictions <code>[N, C, ..., K]</code>: how the scores of the positions become one per item. <code>&quot;mean&quot;</code> by default.</td><td><a href="./DenseOptions.html"><code>DenseOptions</code></a>.<a href="./DenseOptions.html#property-reduction"><code>reduction</code></a></td></tr><tr><td><a id="property-temperature"></a> <code>temperature?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>T of <code>-T ln sum exp(z / T)</code>; 1 by default, as the paper recommends.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/EnergyOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EnergyOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EnergyOptions as default
};
