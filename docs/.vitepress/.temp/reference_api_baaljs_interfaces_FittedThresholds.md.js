import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FittedThresholds","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/FittedThresholds.md","filePath":"reference/api/baaljs/interfaces/FittedThresholds.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/FittedThresholds.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-fittedthresholds" tabindex="-1">Interface: FittedThresholds <a class="header-anchor" href="#interface-fittedthresholds" aria-label="Permalink to &quot;Interface: FittedThresholds&quot;">​</a></h1><p>What <a href="./../functions/fitThresholds.html">fitThresholds</a> found.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-items"></a> <code>items</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-macrof1"></a> <code>macroF1</code></td><td><code>readonly</code></td><td><code>number</code></td><td>With the thresholds: an upper bound of what they give elsewhere.</td></tr><tr><td><a id="property-macrof1before"></a> <code>macroF1Before</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Macro F1 on these items with 0.5 for all labels.</td></tr><tr><td><a id="property-thresholds"></a> <code>thresholds</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>In the order of the model&#39;s labels.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/FittedThresholds.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FittedThresholds = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FittedThresholds as default
};
