import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: HeadConfig","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/HeadConfig.md","filePath":"reference/api/baaljs/interfaces/HeadConfig.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/HeadConfig.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-headconfig" tabindex="-1">Interface: HeadConfig <a class="header-anchor" href="#interface-headconfig" aria-label="Permalink to &quot;Interface: HeadConfig&quot;">​</a></h1><p>A linear layer, or an MLP, over feature vectors.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-activation"></a> <code>activation</code></td><td><code>readonly</code></td><td><code>&quot;gelu&quot;</code> | <code>&quot;relu&quot;</code></td><td>Behind each hidden layer; <code>&quot;relu&quot;</code> by default.</td></tr><tr><td><a id="property-convnet"></a> <code>convnet?</code></td><td><code>readonly</code></td><td><a href="./ConvnetConfig.html"><code>ConvnetConfig</code></a></td><td>A network in front of all that, where the features are the numbers of a map, channel by channel; none by default.</td></tr><tr><td><a id="property-dropout"></a> <code>dropout</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Dropout rate in front of each linear layer; 0.5 by default.</td></tr><tr><td><a id="property-hiddensizes"></a> <code>hiddenSizes</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Widths of the hidden layers; none by default: a linear classifier.</td></tr><tr><td><a id="property-inputdim"></a> <code>inputDim</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Numbers per feature vector, D.</td></tr><tr><td><a id="property-inputdropout"></a> <code>inputDropout</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Dropout rate of the features themselves, in front of the first layer; <code>dropout</code> by default.</td></tr><tr><td><a id="property-isunitlength"></a> <code>isUnitLength</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Features are brought to length 1 first; false by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/HeadConfig.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const HeadConfig = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  HeadConfig as default
};
