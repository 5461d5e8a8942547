"use strict";var _=Object.defineProperty;var r=(i,a)=>_(i,"name",{value:a,configurable:!0});exports.id=328,exports.ids=[328],exports.modules={9328:(function(i,a,d){d.d(a,{multipartOf:r(()=>u,"multipartOf")});var s=d(7598),D=d.n(s);function u(l,f){const t=`rebyte-${(0,s.randomUUID)()}`,n=f.map(e=>({head:p(t,l,e),upload:e})),o=Buffer.from(`--${t}--\r
`),m=n.reduce((e,{head:c,upload:y})=>e+c.byteLength+y.size+2,o.byteLength);return{contentType:`multipart/form-data; boundary=${t}`,size:m,async*open(){for(const{head:e,upload:c}of n)yield e,yield*c.open(),yield Buffer.from(`\r
`);yield o}}}r(u,"multipartOf");function p(l,f,{filename:t,contentType:n}){const o=t.replaceAll("\r","%0D").replaceAll(`
`,"%0A").replaceAll('"',"%22");return Buffer.from(`--${l}\r
Content-Disposition: form-data; name="${f}"; filename="${o}"\r
Content-Type: ${n??"application/octet-stream"}\r
\r
`)}r(p,"headOf")})};
