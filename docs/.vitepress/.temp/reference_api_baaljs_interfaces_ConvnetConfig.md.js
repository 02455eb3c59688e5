import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ConvnetConfig","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/ConvnetConfig.md","filePath":"reference/api/baaljs/interfaces/ConvnetConfig.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/ConvnetConfig.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-convnetconfig" tabindex="-1">Interface: ConvnetConfig <a class="header-anchor" href="#interface-convnetconfig" aria-label="Permalink to &quot;Interface: ConvnetConfig&quot;">​</a></h1><p>A network over feature maps, as it is written down.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-batchnorm"></a> <code>batchNorm</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Batch normalisation in front of each ReLU behind a convolution.</td></tr><tr><td><a id="property-dropout"></a> <code>dropout</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Rate of <code>d</code>.</td></tr><tr><td><a id="property-kernel"></a> <code>kernel</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Height and width of convolutions; maps keep their size.</td></tr><tr><td><a id="property-layers"></a> <code>layers</code></td><td><code>readonly</code></td><td><code>string</code></td><td>As <code>readConvnet</code> reads it: <code>&quot;128,p,d,128&quot;</code>.</td></tr><tr><td><a id="property-pooling"></a> <code>pooling</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/MapPooling.html"><code>MapPooling</code></a></td><td>At the end.</td></tr><tr><td><a id="property-separable"></a> <code>separable</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Each convolution is one of each channel by itself, then one of 1 x 1 over all.</td></tr><tr><td><a id="property-shape"></a> <code>shape</code></td><td><code>readonly</code></td><td>readonly [<code>number</code>, <code>number</code>, <code>number</code>]</td><td>Of the map that goes in: <code>[channels, height, width]</code>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/ConvnetConfig.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ConvnetConfig = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ConvnetConfig as default
};
