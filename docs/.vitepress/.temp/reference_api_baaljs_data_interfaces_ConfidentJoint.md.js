import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ConfidentJoint","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/ConfidentJoint.md","filePath":"reference/api/baaljs/data/interfaces/ConfidentJoint.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/ConfidentJoint.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-confidentjoint" tabindex="-1">Interface: ConfidentJoint <a class="header-anchor" href="#interface-confidentjoint" aria-label="Permalink to &quot;Interface: ConfidentJoint&quot;">​</a></h1><p>How given labels and true classes go together. Matrices are row-major, <strong>row = given label, column = true class</strong>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-classes"></a> <code>classes</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-confidentclass_n"></a> <code>confidentClass_N</code></td><td><code>readonly</code></td><td><code>Int32Array</code></td><td>The true class that an item is confidently of, the most probable if there are several; -1 for an item that is of none.</td></tr><tr><td><a id="property-counts_c_c"></a> <code>counts_C_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Numbers of items with this label that are confidently of this class: those whose probability reaches the class&#39;s threshold.</td></tr><tr><td><a id="property-joint_c_c"></a> <code>joint_C_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>The estimated joint distribution of label and true class: sums to 1, each row to the share of that label.</td></tr><tr><td><a id="property-thresholds_c"></a> <code>thresholds_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Per class: the mean probability of that class over the items that are labelled so. NaN for a class that no item has.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/ConfidentJoint.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ConfidentJoint = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ConfidentJoint as default
};
