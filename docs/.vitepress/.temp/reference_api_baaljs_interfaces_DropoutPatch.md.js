import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DropoutPatch","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/DropoutPatch.md","filePath":"reference/api/baaljs/interfaces/DropoutPatch.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/DropoutPatch.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dropoutpatch" tabindex="-1">Interface: DropoutPatch <a class="header-anchor" href="#interface-dropoutpatch" aria-label="Permalink to &quot;Interface: DropoutPatch&quot;">​</a></h1><p>Which dropout sites stay random at prediction time, and how strongly.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-isbalanced"></a> <code>isBalanced?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Over the draws of an item each element is dropped as often as its rate says, see <code>balanced-masks.ts</code>; each draw by itself by default.</td></tr><tr><td><a id="property-isconsistent"></a> <code>isConsistent</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>All items of a draw share its masks.</td></tr><tr><td><a id="property-kind"></a> <code>kind</code></td><td><code>readonly</code></td><td><code>&quot;dropout&quot;</code></td><td>-</td></tr><tr><td><a id="property-rates"></a> <code>rates</code></td><td><code>readonly</code></td><td><code>ReadonlyMap</code>&lt;<code>string</code>, <code>number</code>&gt;</td><td>Rate by site name; sites that are not listed are off.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/DropoutPatch.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DropoutPatch = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DropoutPatch as default
};
