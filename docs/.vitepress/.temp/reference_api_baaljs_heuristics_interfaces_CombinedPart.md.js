import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CombinedPart","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/CombinedPart.md","filePath":"reference/api/baaljs/heuristics/interfaces/CombinedPart.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/CombinedPart.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-combinedpart" tabindex="-1">Interface: CombinedPart <a class="header-anchor" href="#interface-combinedpart" aria-label="Permalink to &quot;Interface: CombinedPart&quot;">​</a></h1><p>A heuristic with its share in a <a href="./../functions/combine.html">combine</a>d one.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-heuristic"></a> <code>heuristic</code></td><td><code>readonly</code></td><td><a href="./Heuristic.html"><code>Heuristic</code></a></td><td>-</td></tr><tr><td><a id="property-scale"></a> <code>scale?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The score that counts as 1. By default the heuristic&#39;s upper bound for the classes at hand, so that every part lies in [0, 1]; to be given for a heuristic without a bound.</td></tr><tr><td><a id="property-weight"></a> <code>weight?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share in the result, at least 0; the weights are divided by their sum. 1 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/CombinedPart.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CombinedPart = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CombinedPart as default
};
